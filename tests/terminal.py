"""A program in a terminal of its own: what is shown there, and keys that are pressed once it is."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Sequence

LONGEST = 30.0
Steps = Sequence[tuple[bytes, str]]
"""Words that have to be on the screen, and the keys that are pressed then."""


def pressed(terminal: int, steps: Steps) -> bytes:
    """Press each step's keys once its words are on the screen; what was shown, until the program has ended."""
    shown, at, waiting, deadline = b"", 0, list(steps), time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            shown += os.read(terminal, 65_536)
        except OSError:
            # Linux says EIO where nobody has the other side open.
            break
        if waiting and waiting[0][0] in shown[at:]:
            at = len(shown)
            os.write(terminal, waiting.pop(0)[1].encode())
    return shown


def runs_in_terminal(
    command: Sequence[str], steps: Steps, size: tuple[int, int] = (40, 100), **more: str
) -> tuple[int, str]:
    """The exit code, and everything that was shown; `size` is lines and columns, `more` the environment."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in {"LINES", "COLUMNS"}}
    # Ctrl-C goes to whoever has the terminal: setsid makes it the program's own. A job in the background ignores it.
    process = subprocess.Popen(
        ["setsid", "--ctty", "env", "--default-signal=INT", *command], stdin=theirs, stdout=theirs, stderr=theirs,
        env={**kept, "TERM": "xterm", "LC_ALL": "C.UTF-8", **more},
    )  # fmt: skip
    os.close(theirs)
    shown = pressed(ours, steps)
    if process.poll() is None:
        process.kill()
    code = process.wait(10)
    os.close(ours)
    return code, shown.decode("utf-8", "replace")
