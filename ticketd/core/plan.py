"""What a mail of an agent amounts to: one thing said, at most one status, and the other commands in their order."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ticketd.core.commands import Command, Said
from ticketd.core.errors import Refused
from ticketd.core.moments import moment_of
from ticketd.core.sentences import Sentence, say


class Speech(StrEnum):
    """What becomes of the text."""

    NOTHING = "nothing"
    REPLY = "reply"
    NOTE = "note"
    DRAFT = "draft"
    PREVIEW = "preview"
    FORWARD = "forward"
    """To somebody who takes no part."""


class BadCommand(Refused):
    """A command that cannot be done: nothing of its mail is."""

    def __init__(self, line: str, why: Sentence, nearest: tuple[str, ...] = ()) -> None:
        super().__init__(why)
        self.line = line
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class Plan:
    """In this order: the other commands, the text, the status (with a reply it is part of the reply)."""

    speech: Speech
    text: str
    others: tuple[Command, ...] = ()
    status: Command | None = None
    until: datetime | None = None
    """The moment that belongs to the status."""
    to: str = ""
    """Who is asked, where the text is for somebody else."""


_SPEECH = {
    "reply": Speech.REPLY, "note": Speech.NOTE, "draft": Speech.DRAFT, "preview": Speech.PREVIEW,
    "forward": Speech.FORWARD,
}  # fmt: skip
_STATUS = ("close", "pending", "snooze", "open", "reopen", "spam")
TEXTS = ("canned", "kb")
"""They stand for a text: where a text could go anywhere, it goes to the customer."""
_ALONE = ("undo", "send")
"""They speak of what was said before: a new text beside them would be lost."""


def plan(said: Said, plain: Speech, now: datetime, zone: str) -> Plan:
    """What is to be done. `plain`: what a text without a word about it is. BadCommand where that is unclear."""
    speech = [c for c in said.commands if c.verb in _SPEECH]
    status = [c for c in said.commands if c.verb in _STATUS]
    others = tuple(c for c in said.commands if c.verb not in {*_SPEECH, *_STATUS})
    for twice in (speech, status):
        if len(twice) > 1:
            raise BadCommand(
                twice[1].shown,
                say(
                    "{one} and {another} do not go together",
                    one=twice[0].named,
                    another=twice[1].named,
                ),
            )
    text = said.text.strip()
    alone = next((c for c in others if c.verb in _ALONE), None)
    if alone is not None and (text or len(said.commands) > 1):
        raise BadCommand(
            alone.shown,
            say("{verb} stands alone: without text and other commands", verb=alone.named),
        )
    named = any(c.verb in TEXTS for c in others)
    if named and plain is Speech.NOTHING:
        plain = Speech.REPLY
    what = _speech(bool(text) or named, speech[0] if speech else None, plain)
    if not text and not said.commands:
        raise BadCommand("", say("there is no text of yours in this mail"))
    chosen = status[0] if status else None
    to = speech[0].words if what is Speech.FORWARD and speech else ""
    return Plan(what, text, others, chosen, _until(chosen, now, zone), to)


def plan_of(
    commands: tuple[Command, ...], speech: Speech, text: str, now: datetime, zone: str
) -> Plan:
    """What was asked for before and is done now. BadCommand where its moment is over."""
    status = next((c for c in commands if c.verb in _STATUS), None)
    asks = next((c for c in commands if c.verb == Speech.FORWARD), None)
    others = tuple(c for c in commands if c is not status and c is not asks)
    return Plan(speech, text, others, status, _until(status, now, zone), asks.words if asks else "")


def _speech(has_text: bool, word: Command | None, plain: Speech) -> Speech:
    if word is not None:
        if not has_text:
            raise BadCommand(word.shown, say("{verb} needs a text below it", verb=word.named))
        return _SPEECH[word.verb]
    if not has_text:
        return Speech.NOTHING
    if plain is Speech.NOTHING:
        why = say(
            "this mail was told to you alone, so a text could go anywhere: begin with #reply or #note"
        )
        raise BadCommand("", why, ("#reply", "#note"))
    return plain


def _until(status: Command | None, now: datetime, zone: str) -> datetime | None:
    if status is None or status.verb not in {"pending", "snooze"}:
        return None
    if not status.words:
        if status.verb == "snooze":
            raise BadCommand(
                status.shown, say("#snooze needs a moment: #snooze 3d, #snooze fri 9:00")
            )
        return None
    try:
        until = moment_of(status.words, now, zone)
    except Refused as error:
        raise BadCommand(status.shown, error.sentence) from None
    if until <= now:
        raise BadCommand(
            status.shown, say("{at} is over; name a moment to come", at=f"{until:%Y-%m-%d %H:%M}")
        )
    return until
