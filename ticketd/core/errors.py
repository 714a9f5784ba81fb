"""The failures that are part of the language; anything else is a bug."""

from ticketd.core.sentences import Sentence


class Spoken(Exception):
    """Says to a person what is wrong, in their language; `str` of it is English."""

    def __init__(self, text: str | Sentence, /, **values: object) -> None:
        self.sentence = text if isinstance(text, Sentence) else Sentence(text, values)
        super().__init__(str(self.sentence))


class Refused(Spoken):
    """A person asked for something that is not allowed; the text is the sentence they get."""


class Temporary(Exception):
    """The world is away; the same thing may succeed later."""


class NotOurs(Exception):
    """Another process has taken this mail over meanwhile: all that was done with it is taken back."""
