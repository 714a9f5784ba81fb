"""The failures that are part of the language; anything else is a bug."""


class Refused(Exception):
    """A person asked for something that is not allowed; the text is the sentence they get."""


class Temporary(Exception):
    """The world is away; the same thing may succeed later."""


class NotOurs(Exception):
    """Another process has taken this mail over meanwhile: all that was done with it is taken back."""
