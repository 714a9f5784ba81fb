"""An agent is reminded of a ticket once, when its moment has come."""

from tests.conversations.test_agents_by_mail import opened
from tests.desk import Desk


def test_a_reminder_comes_when_it_is_due(desk: Desk) -> None:
    opened(desk)
    bob = desk.agent("bob")
    bob.replies(bob.last_mail, "#remind 2d")
    got = len(bob.mails)
    desk.clock.passes(days=1)
    desk.rests()
    assert len(bob.mails) == got
    desk.clock.passes(days=1, minutes=1)
    desk.rests()
    assert "You wanted to be reminded of this ticket now." in bob.last_mail.text
    desk.clock.passes(days=9)
    desk.rests()
    assert len(bob.mails) == got + 1
