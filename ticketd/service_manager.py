"""Words with systemd: sockets that it hands over, and what we tell it (sd_listen_fds(3), sd_notify(3)).

Datagrams and environment variables; elsewhere nothing of it is set, and nothing happens.
"""

import os
import socket

FIRST = 3
"""The number of the first descriptor that is handed over (SD_LISTEN_FDS_START)."""
_PATIENCE = 1.0
KINDS = ("lmtp", "smtp", "metrics")


class UnknownSocket(Exception):
    """A socket was handed over, and its unit does not say what for."""


def tell(*words: str) -> None:
    """Say READY=1, STATUS=…, WATCHDOG=1 and the like. Nobody who listens, or is away, is no fault of ours."""
    place = os.environ.get("NOTIFY_SOCKET")
    if not place:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
        # A manager that does not read must not make us stand still.
        sock.settimeout(_PATIENCE)
        try:
            # `@` stands for the abstract namespace.
            sock.connect(f"\0{place[1:]}" if place.startswith("@") else place)
            sock.send("\n".join(words).encode())
        except OSError:
            return


def watchdog_seconds() -> float | None:
    """How long we may be silent before we are restarted; None where nobody looks."""
    pid, time = os.environ.get("WATCHDOG_PID"), os.environ.get("WATCHDOG_USEC", "")
    if not time.isdigit() or (pid and pid != str(os.getpid())):
        return None
    return int(time) / 1e6


def passed() -> list[tuple[str, socket.socket]]:
    """The listening sockets that were handed over, each with what it is for (FileDescriptorName=).

    UnknownSocket where that is none of `KINDS`.
    """
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return []
    count = int(os.environ.get("LISTEN_FDS") or 0)
    names = os.environ.get("LISTEN_FDNAMES", "").split(":")
    found = []
    for number in range(count):
        name = names[number] if number < len(names) else ""
        if name not in KINDS:
            what = f"socket {number + 1} that was handed over is named '{name}'"
            raise UnknownSocket(
                f"{what}; write FileDescriptorName={' or '.join(KINDS)} in its unit"
            )
        os.set_inheritable(FIRST + number, False)
        found.append((name, socket.socket(fileno=FIRST + number)))
    return found


def was_passed(sock: socket.socket) -> bool:
    """Whether it belongs to systemd, which keeps it and its path for our successor."""
    is_ours = os.environ.get("LISTEN_PID") == str(os.getpid())
    return is_ours and sock.fileno() < FIRST + int(os.environ.get("LISTEN_FDS") or 0)
