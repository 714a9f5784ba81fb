"""The process of the doors: one event loop, the writer thread, the Maildir; nothing that slows a 250."""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ticketd.core.addresses import Own
from ticketd.core.clock import Clock
from ticketd.receive.door import Crowd, Door, DoorLimits
from ticketd.receive.maildir import Maildir
from ticketd.receive.pressure import Pressure
from ticketd.receive.session import LmtpSession, MailSession
from ticketd.receive.writer import Writer
from ticketd.store.database import Database

log = logging.getLogger(__name__)
DRAIN_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Doors:
    """Everything that lets mail in."""

    own: Own
    limits: DoorLimits
    database: Database
    state_dir: Path
    clock: Clock
    listeners: Sequence[tuple[str, socket.socket]]
    """(smtp or lmtp, bound socket)"""
    pressure: Pressure
    lives: Callable[[], None]
    """Told each second that the event loop turns and the writer is not stuck."""
    maildir: Path | None = None

    def run(self, call_intake: Callable[[], None], life: int) -> None:
        """Serve until SIGTERM, or until the supervisor is gone (`life` ends).

        After each commit intake is called, so that it need not wait.
        """
        asyncio.run(self._serve(call_intake, life))

    async def _serve(self, call_intake: Callable[[], None], life: int) -> None:
        loop = asyncio.get_running_loop()
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopping.set)
        loop.add_reader(life, stopping.set)
        writer = Writer(self.database, self.clock, call_intake, self.pressure)
        writer.start()
        crowd = Crowd(loop=loop)
        doors = {via: self._door(via, writer, crowd) for via in ("smtp", "lmtp", "maildir")}
        servers = [await self._listen(loop, doors[via], sock) for via, sock in self.listeners]
        maildir = self._maildir(doors["maildir"])
        signs = asyncio.create_task(self._show_life(writer))
        log.info(
            "doors open: %s", ", ".join(f"{via} {_name(s)}" for via, s in self.listeners) or "none"
        )
        await stopping.wait()
        for server in servers:
            server.close()
        if maildir is not None:
            await asyncio.to_thread(maildir.stop)
        await asyncio.gather(*(door.drain(DRAIN_SECONDS) for door in doors.values()))
        await asyncio.to_thread(writer.stop)
        signs.cancel()
        log.info("doors closed")

    async def _show_life(self, writer: Writer) -> None:
        while True:
            if not writer.is_stuck():
                self.lives()
            await asyncio.sleep(1)

    def _door(self, via: str, writer: Writer, crowd: Crowd) -> Door:
        return Door(
            via=via,
            own=self.own,
            limits=self.limits,
            writer=writer,
            spool=self.database.blobs,
            state_dir=self.state_dir,
            clock=self.clock,
            crowd=crowd,
        )

    async def _listen(
        self, loop: asyncio.AbstractEventLoop, door: Door, sock: socket.socket
    ) -> asyncio.Server:
        session = LmtpSession if door.via == "lmtp" else MailSession
        sock.setblocking(False)
        if sock.family == socket.AF_UNIX:
            # The supervisor made the path; Python 3.13 would remove it at every reload.
            kept: dict[str, Any] = {"cleanup_socket": False} if sys.version_info >= (3, 13) else {}
            return await loop.create_unix_server(lambda: session(door, loop), sock=sock, **kept)
        return await loop.create_server(lambda: session(door, loop), sock=sock)

    def _maildir(self, door: Door) -> Maildir | None:
        if self.maildir is None:
            return None
        maildir = Maildir(self.maildir, self.state_dir / "quarantine", door)
        maildir.start()
        return maildir


def _name(sock: socket.socket) -> str:
    place = sock.getsockname()
    return place if isinstance(place, str) else f"{place[0]}:{place[1]}"
