"""A support desk that speaks only email."""

__version__ = "0.1.0"
