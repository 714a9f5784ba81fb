"""Who may log in at a Postfix of the tests: Dovecot's side of its authentication protocol (version 1.1), as Postfix asks it."""

import base64
import socketserver
import threading


class Logins:
    """Answers PLAIN logins (RFC 4616); `options` are what the Postfix is started with."""

    def __init__(self, **passwords: str) -> None:
        self._passwords = passwords
        logins = self

        class Conversation(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self._say("VERSION\t1\t1", "MECH\tPLAIN\tplaintext", "SPID\t1", "CUID\t1", "DONE")
                for line in self.rfile:
                    words = line.decode("ascii").rstrip("\n").split("\t")
                    if words[0] == "AUTH":
                        self._say(logins.answer(words[1], words[-1].partition("resp=")[2]))

            def _say(self, *lines: str) -> None:
                self.wfile.write("".join(f"{line}\n" for line in lines).encode("ascii"))

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.options = [
            word
            for setting in (
                "smtpd_sasl_auth_enable=yes",
                "smtpd_sasl_type=dovecot",
                f"smtpd_sasl_path=inet:127.0.0.1:{self._server.server_address[1]}",
                "smtpd_sasl_authenticated_header=yes",
            )
            for word in ("--set", setting)
        ]

    def answer(self, number: str, response: str) -> str:
        _, login, password = base64.b64decode(response).decode("utf-8").split("\0")
        if self._passwords.get(login) == password:
            return f"OK\t{number}\tuser={login}"
        return f"FAIL\t{number}\tuser={login}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
