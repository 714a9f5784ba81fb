"""A program of the operator's: gets JSON on its standard input, has little time, and says little."""

import contextlib
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

MOST_BYTES = 64 * 1024
"""So much of what it prints is read; more is thrown away."""
_KEPT = ("PATH", "LANG", "LC_ALL", "HOME", "TZ")
"""Of our environment; secrets of the desk stay with it."""


class Failed(Exception):
    """It could not be run, or took too long; the text says which."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How it ended, and what it printed."""

    code: int
    out: bytes
    err: bytes


def run_program(
    command: Sequence[str], question: bytes, seconds: float, more: dict[str, str] | None = None
) -> Answer:
    """Run it, without a shell. When its time is over it is killed with all that it started: Failed."""
    environment = {k: v for k in _KEPT if (v := os.environ.get(k)) is not None} | (more or {})
    with tempfile.TemporaryFile() as stdin:
        stdin.write(question)
        stdin.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 - the operator's own command
                list(command), stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env=environment, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise Failed(f"{command[0]} cannot be run: {error.strerror or error}") from None
    with process:
        try:
            said = _read(process, time.monotonic() + seconds)
            return Answer(process.wait(), *said)
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)


def _read(process: subprocess.Popen[bytes], until: float) -> tuple[bytes, bytes]:
    """What it prints until it ends. Failed where it does not in time."""
    said = {"out": b"", "err": b""}
    assert process.stdout is not None and process.stderr is not None  # noqa: S101, PT018 - pipes
    with selectors.DefaultSelector() as waits:
        waits.register(process.stdout, selectors.EVENT_READ, "out")
        waits.register(process.stderr, selectors.EVENT_READ, "err")
        # A child of its own may keep the pipes open for ever: what counts is that it has ended itself.
        while waits.get_map() and process.poll() is None:
            left = until - time.monotonic()
            if left <= 0:
                raise Failed("it took too long")
            _take(waits, min(left, 0.05), said)
        while waits.get_map() and _take(waits, 0, said):
            pass
    try:
        process.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise Failed("it took too long") from None
    return said["out"], said["err"]


def _take(waits: selectors.BaseSelector, seconds: float, said: dict[str, bytes]) -> bool:
    """Read what is there; whether anything was."""
    ready = waits.select(seconds)
    for key, _ in ready:
        got = os.read(key.fd, 65536)
        if not got:
            waits.unregister(key.fileobj)
        said[key.data] += got[: MOST_BYTES - len(said[key.data])]
    return bool(ready)
