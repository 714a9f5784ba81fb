"""An answer that does not leave: the ticket says so, then its agents are told; a clock that jumps tells nobody."""

from collections.abc import Callable

from tests.desk import Desk


def answered(desk: Desk, *, leaves: bool) -> Callable[[], None]:
    """Anna asks, Bob answers; what lets the answer leave after all."""
    desk.customer("anna@example.org", "Anna").writes(
        "support@desk.example", subject="No sound", text="The speaker is silent."
    )
    step = desk.sender.step
    if not leaves:
        desk.sender.step = lambda: False  # type: ignore[method-assign]
    desk.runs("reply", "1", "-m", "Turn it on.")

    def free() -> None:
        desk.sender.step = step  # type: ignore[method-assign]
        desk.rests()

    return free


def test_a_late_answer_stands_on_its_ticket_and_after_hours_its_agent_is_told(desk: Desk) -> None:
    free = answered(desk, leaves=False)
    for _ in range(16):
        desk.clock.passes(minutes=1)
        desk.rests()
    assert desk.events(1).count("delivery_late") == 1
    for _ in range(4 * 60):
        desk.clock.passes(minutes=1)
        desk.rests()
    assert desk.events(1).count("delivery_late") == 2, "said twice, not every minute"
    free()
    told = desk.agent("bob").last_mail
    assert "The answer to anna@example.org has not left for 4 hours" in told.text


def test_an_answer_that_leaves_at_once_is_never_late(desk: Desk) -> None:
    answered(desk, leaves=True)
    for _ in range(20):
        desk.clock.passes(minutes=1)
        desk.rests()
    assert "delivery_late" not in desk.events(1)


def test_a_clock_that_jumps_makes_nothing_happen_in_haste(desk: Desk) -> None:
    answered(desk, leaves=True)
    desk.runs("pending", "1", "--until", "2027-01-15")
    true_seconds = desk.timers._steady
    before = true_seconds()
    desk.timers._steady = lambda: before + 10
    desk.clock.passes(days=365)
    desk.rests()
    assert desk.ticket(1)["status"] == "pending", "perhaps it jumps back"
    desk.timers._steady = lambda: before + 10 + 16 * 60
    desk.clock.passes(minutes=16)
    desk.rests()
    assert desk.ticket(1)["status"] == "open", "it did not: the year is over"
