"""Everyday acts: a second address, one message on the wrong ticket, a first word to a customer."""

from tests.desk import Desk


def test_a_second_address_is_taken_in_and_remembered_in_one_step(desk: Desk) -> None:
    anna, home = desk.customer("anna@work.example", "Anna"), desk.customer("anna@home.example")
    bob = desk.agent("bob")
    anna.writes("support@desk.example", subject="Lamp", text="It is dark.")
    first = anna.last_mail
    home.writes("support@desk.example", subject=f"Re: {first.subject}", text="It is me, from home.")
    assert len(desk.tickets()) == 2, "a number alone opens nothing"
    assert "It names #1" in bob.last_mail.text
    assert "#merge 1 same" in bob.last_mail.text
    desk.runs("merge", "2", "1", "--same")
    assert [m["text"] for m in desk.ticket(1)["messages"] if m["kind"] == "customer"] == [
        "It is dark.", "It is me, from home."
    ]  # fmt: skip
    assert "anna@work.example, anna@home.example" in desk.runs(
        "customer", "show", "anna@work.example"
    )
    anna.writes("support@desk.example", subject="Another lamp", text="Dark too.")
    home.writes(
        "support@desk.example", subject=f"Re: {anna.last_mail.subject}", text="Now it shines."
    )
    assert desk.ticket(3)["messages"][-1]["text"] == "Now it shines.", (
        "either address, either ticket"
    )


def test_one_message_moves_to_another_ticket(desk: Desk) -> None:
    anna, carl = desk.customer("anna@example.org", "Anna"), desk.customer("carl@example.org")
    anna.writes("support@desk.example", subject="Lamp", text="It is dark.")
    anna.writes("support@desk.example", subject="Invoice", text="It is too high.")
    carl.writes("support@desk.example", subject="Heating", text="Cold.")
    desk.runs("reply", "2", "-m", "We look at it.")
    anna.replies(desk.customer("anna@example.org").mails[0], "And the invoice is wrong.")
    message = str(desk.ticket(1)["messages"][-1]["id"])
    assert "would take part in #3" in desk.runs("split", "1", message, "--into", "3", code=1)
    desk.runs("split", "1", message, "--into", "2")
    assert desk.ticket(2)["messages"][-1]["text"] == "And the invoice is wrong."
    assert desk.ticket(2)["status"] == "open", "it waits for an answer there"
    assert desk.ticket(1)["activity"][-2]["event"] == "split_off"
    assert desk.runs("search", "invoice is wrong", "-q").strip() == "2"
    desk.runs("undo", "1")
    assert desk.ticket(1)["messages"][-1]["text"] == "And the invoice is wrong."
    desk.runs("split", "1", message, "--into", "3", "--yes")
    assert [f["address"] for f in desk.ticket(3)["followers"]] == ["anna@example.org"]


def test_an_agent_writes_first(desk: Desk) -> None:
    anna = desk.customer("anna@example.org")
    desk.runs(
        "new", "--to", "anna@example.org", "--dept", "sales", "-s", "Your order", "-m", "It has come."
    )  # fmt: skip
    ticket = desk.ticket(1)
    assert (ticket["status"], ticket["assignee"], ticket["channel"]) == ("pending", "bob", "email")
    assert [m["kind"] for m in ticket["messages"]] == ["reply"]
    (mail,) = anna.mails
    assert "It has come." in mail.text
    assert not mail.is_automatic
    anna.replies(mail, "Thank you, I come today.")
    assert desk.ticket(1)["messages"][-1]["kind"] == "customer"
    assert "use --customer" in desk.runs(
        "new", "--to", "a@x.example", "--customer", "b@x.example", code=2
    )
