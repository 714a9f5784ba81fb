"""Durable receive against a stock sink that stores nothing, in one run.

    python bench/receive.py [--mails 3000] [--connections 10] [--rounds 5]

Both servers get the same mails from Postfix's smtp-source (Debian: apt-get install postfix) over the same
number of connections, kept and then one for each mail, in turns; the ratio is what counts, as absolute figures swing
by a third.
`doors alone` is the daemon with its intake stopped: what the 250 itself costs.
"""

import argparse
import asyncio
import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.fakes import Lmtp
from tests.process import Daemon, eventually, free_port

DOORS = """
import os, socket, sys, tempfile
from pathlib import Path
from ticketd.core.addresses import Department, Own
from ticketd.core.clock import system_clock
from ticketd.receive.door import DoorLimits
from ticketd.receive.doors import Doors
from ticketd.receive.pressure import Pressure
from ticketd.store import schema
from ticketd.store.database import Database
folder = Path(sys.argv[2])
database = Database(f"sqlite:///{folder}/t.db", folder / "blobs")
schema.create(database)
own = Own("desk.example", (Department("support", "Support", "support@desk.example"),))
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
life = os.pipe()
Doors(own, DoorLimits(), database, folder, system_clock, [("smtp", listener)], Pressure(), lambda: None).run(lambda: None, life[0])
"""


def sink(port: int) -> None:
    """aiosmtpd as it comes, with a handler that throws every mail away."""
    from aiosmtpd.smtp import SMTP

    class Nothing:
        async def handle_DATA(self, *_: object) -> str:
            return "250 OK"

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(Nothing(), hostname="sink", loop=loop), "127.0.0.1", port
        )
        await server.serve_forever()

    asyncio.run(serve())


def is_open(place: str) -> bool:
    try:
        Lmtp(place, greeting="EHLO").close()
    except OSError:
        return False
    return True


def measure(place: str, mails: int, connections: int, *, kept: bool) -> float:
    """Mails a second."""
    began = time.perf_counter()
    # -d keeps a connection for the next mail.
    command = [
        "smtp-source",
        *(["-d"] if kept else []),
        "-s",
        str(connections),
        "-m",
        str(mails),
        "-l",
        "5000",
    ]
    subprocess.run(
        [*command, "-f", "a@b.example", "-t", "support@desk.example", place],
        check=True,
        timeout=120,
    )
    return mails / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mails", type=int, default=3000)
    parser.add_argument("--connections", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    stock, alone = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    floor = multiprocessing.Process(target=sink, args=(int(stock.split(":")[1]),), daemon=True)
    floor.start()
    ratios: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, Daemon(Path(folder) / "daemon") as daemon:
        doors = subprocess.Popen(
            [sys.executable, "-c", DOORS, alone.split(":")[1], folder], stderr=subprocess.DEVNULL
        )
        for place in (stock, alone):
            eventually(lambda place=place: is_open(place))
        for kept in (True, False):
            how = "kept connections" if kept else "one mail per connection"
            for _ in range(args.rounds):
                base = measure(stock, args.mails, args.connections, kept=kept)
                line = f"{how}: stock sink, stores nothing {base:6.0f}/s"
                for name, place in (("doors alone", alone), ("whole daemon", daemon.smtp)):
                    rate = measure(place, args.mails, args.connections, kept=kept)
                    ratios.setdefault(f"{how}, {name}", []).append(rate / base)
                    line += f"   {name}, durable {rate:6.0f}/s ({rate / base:.2f})"
                print(line, flush=True)
                daemon.rests(900)
                threading.Event().wait(0.5)
        doors.terminate()
        doors.wait()
    for name, found in ratios.items():
        print(f"{name}: median ratio {statistics.median(found):.2f} over {args.rounds} rounds")
    floor.terminate()


if __name__ == "__main__":
    main()
