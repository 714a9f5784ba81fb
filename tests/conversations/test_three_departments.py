"""NextCRM 3.01 to 3.06: intake takes in and classifies, processing works on it, feedback answers and closes."""

from tests.conftest import DeskMaker
from tests.desk import Desk

FLOW = {
    "auth": {"local_submission": True},
    "departments": {
        "intake": {"name": "Intake", "address": "hello@desk.example", "answers": False, "closes": False},
        "processing": {"name": "Processing", "address": "p@desk.example", "answers": False, "closes": False},
        "feedback": {"name": "Feedback", "address": "f@desk.example"},
    },
    "agents": {
        "bob": {"departments": ["intake"]},
        "lan": {"departments": ["processing"]},
        "mia": {"name": "Mia", "address": "mia@agents.example", "departments": ["feedback"]},
    },
    "custom_fields": {"urgency": {"type": "choice", "choices": ["low", "medium", "high"]}},
    "rules": [
        {"name": "worst", "when": ["changed"], "query": "severity:high,critical urgency:high",
         "then": [{"set_priority": "urgent"}], "stop": True},
        {"name": "bad", "when": ["changed"], "query": "severity:high,critical urgency:medium",
         "then": [{"set_priority": "high"}]},
    ],
}  # fmt: skip


def passed(desk: Desk) -> list[tuple[str, str]]:
    return [
        (row["data"]["old"], row["data"]["new"])
        for row in desk.ticket(1)["activity"]
        if row["event"] == "changed" and row["data"]["field"] == "department"
    ]


def test_from_intake_over_processing_to_feedback(make_desk: DeskMaker) -> None:
    desk = make_desk(**FLOW)
    anna = desk.customer("anna@example.org", "Anna")
    bob, lan, mia = (desk.agent(key) for key in ("bob", "lan", "mia"))
    anna.writes("hello@desk.example", subject="Wrong parcel", text="I ordered two lamps.")
    assert "Your reply stays inside" in bob.last_mail.text
    assert lan.mails == []
    bob.replies(bob.last_mail, "#severity high\n#set urgency=high\n#tag +parcel\n#dept processing")
    assert desk.ticket(1)["priority"] == "urgent", "the matrix of severity and urgency"
    lan.replies(lan.last_mail, "The second lamp is in the other parcel.\n")
    assert len(anna.mails) == 1, "only the ack: processing writes inside"
    assert "which does not answer customers" in desk.runs(
        "reply", "1", "-m", "x", agent="lan", code=1
    )
    assert "which closes nothing" in desk.runs("close", "1", agent="lan", code=1)
    lan.replies(lan.last_mail, "#handback\n")
    assert desk.ticket(1)["department"] == "intake"
    desk.runs("set", "1", "department=processing")
    lan.replies(lan.last_mail, "#dept feedback\n#note\n\nCan be done: it comes tomorrow.")
    assert "Your reply goes to the customer" in mia.last_mail.text
    mia.replies(mia.last_mail, "#close\n\nYour second lamp comes tomorrow.")
    assert "comes tomorrow" in anna.last_mail.text
    assert "other parcel" not in anna.last_mail.text
    ticket = desk.ticket(1)
    assert (ticket["status"], ticket["close_reason"]) == ("closed", "solved")
    assert passed(desk)[-1] == ("processing", "feedback")
    assert ticket["involved"] == ["bob", "lan", "mia"]
