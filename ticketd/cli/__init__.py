"""The `ticketd` command: parse arguments, call one act or question, print."""

from ticketd.cli.program import main

__all__ = ["main"]
