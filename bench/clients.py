"""A mail server on either side of the desk, as cheap as Python can be: it shares the machine with what is measured."""

import socket
import threading

from bench.generator import Made


class Sink:
    """Takes every mail and keeps the first of each recipient; no dot-stuffing is undone."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self._server.getsockname()[1]}"
        self.taken: list[tuple[str, bytes]] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            sock, _ = self._server.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._talk, args=(sock,), daemon=True).start()

    def _talk(self, sock: socket.socket) -> None:
        sock.sendall(b"220 sink\r\n")
        recipient = ""
        with sock, sock.makefile("rb") as lines:
            for line in lines:
                verb = line[:4].upper()
                if verb == b"RCPT":
                    recipient = line.partition(b"<")[2].partition(b">")[0].decode()
                if verb == b"DATA":
                    sock.sendall(b"354 go on\r\n")
                    content = b"".join(iter(lines.readline, b".\r\n"))
                    self.taken.append((recipient, content))
                    sock.sendall(b"250 2.0.0 taken\r\n")
                elif verb == b"EHLO":
                    sock.sendall(b"250-sink\r\n250-PIPELINING\r\n250 SIZE 100000000\r\n")
                elif verb == b"QUIT":
                    sock.sendall(b"221 bye\r\n")
                    return
                else:
                    sock.sendall(b"250 ok\r\n")


def send_all(place: str, mails: list[Made], connections: int) -> None:
    """Hand all mails over on some kept connections, as a mail server with PIPELINING does (RFC 2920)."""
    failures: list[str] = []
    threads = [
        threading.Thread(target=_send, args=(place, mails[at::connections], failures))
        for at in range(connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise SystemExit(f"{len(failures)} mails were refused: {failures[0]}")


def _send(place: str, mails: list[Made], failures: list[str]) -> None:
    host, _, port = place.rpartition(":")
    with socket.create_connection((host, int(port)), 120) as sock, sock.makefile("rb") as lines:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def reply() -> bytes:
            while True:
                line = lines.readline()
                if line[3:4] != b"-":
                    return line

        reply()
        sock.sendall(b"EHLO bench.example\r\n")
        reply()
        for mail in mails:
            sock.sendall(
                f"MAIL FROM:<{mail.sender}>\r\nRCPT TO:<{mail.recipient}>\r\nDATA\r\n".encode()
            )
            answers = [reply() for _ in range(3)]
            sock.sendall(mail.raw.replace(b"\r\n.", b"\r\n..") + b".\r\n")
            answers.append(reply())
            if not answers[-1].startswith(b"250"):
                failures.append(b" ".join(answers).decode())
