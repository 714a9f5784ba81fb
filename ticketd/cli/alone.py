"""What may only be done while no daemon runs: the daemon's own lock is held meanwhile."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ticketd.core.errors import Temporary

if TYPE_CHECKING:
    from ticketd.config.schema import Config


@contextlib.contextmanager
def alone(config: "Config") -> Iterator[None]:
    """Keep daemons away. Temporary where one runs. What root has made meanwhile is given to the daemon's user."""
    from ticketd import build
    from ticketd.store import restoring

    lock = build.lock(config)
    lock.acquire()
    try:
        yield
    finally:
        lock.release()
        restoring.give(config.state_dir)


@contextlib.contextmanager
def alone_if_possible(config: "Config") -> Iterator[bool]:
    """The same, or False where a daemon runs."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(alone(config))
        except Temporary:
            yield False
        else:
            yield True
