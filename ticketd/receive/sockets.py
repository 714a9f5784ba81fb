"""Where the doors listen: `host:port` or the path of a Unix socket, bound before anything else starts."""

import contextlib
import errno
import socket
import stat
from pathlib import Path


class AddressInUse(Exception):
    """Another program listens there."""


def bind(place: str) -> socket.socket:
    """A listening socket. AddressInUse where somebody else has it, OSError where it cannot be."""
    try:
        return _bind_unix(Path(place)) if place.startswith("/") else _bind_tcp(place)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise AddressInUse(f"{place} is in use by another program") from error
        raise


def _bind_tcp(place: str) -> socket.socket:
    host, _, port = place.rpartition(":")
    host = host.strip("[]") or "0.0.0.0"  # noqa: S104 - only where the operator writes `:8025`
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    # Listening again at once after a crash: old connections may still linger.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, int(port)))
        sock.listen(512)
    except OSError:
        sock.close()
        raise
    return sock


def _bind_unix(path: Path) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _remove_stale(path)
        sock.bind(str(path))
        # The mail server's user reaches it through its group (docs: SocketGroup=postfix).
        path.chmod(0o660)
        sock.listen(512)
    except OSError:
        sock.close()
        raise
    return sock


def _remove_stale(path: Path) -> None:
    """A socket file that nobody listens on is what a killed daemon left."""
    with contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.stat().st_mode):
            raise OSError(errno.EEXIST, "there is a file that is no socket", str(path))
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(1)
            try:
                probe.connect(str(path))
            except ConnectionRefusedError:
                path.unlink()
                return
        raise OSError(errno.EADDRINUSE, "somebody listens there", str(path))


def is_free(place: str) -> bool:
    """Whether `serve` could listen there. Leaves nothing behind. OSError where it cannot be told."""
    try:
        bind(place).close()
    except AddressInUse:
        return False
    if place.startswith("/"):
        Path(place).unlink(missing_ok=True)
    return True


def next_free(place: str, tries: int = 50) -> str:
    """The place, or the next port that nobody has."""
    host, _, port = place.rpartition(":")
    for number in range(int(port), int(port) + tries):
        try:
            _bind_tcp(f"{host}:{number}").close()
        except OSError:
            continue
        return f"{host}:{number}"
    return place
