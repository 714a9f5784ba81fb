"""People with NeoMutt in a terminal: Maildirs that Postfix delivers into, and a Postfix to hand mail to."""

import email
import email.policy
import os
import pty
import pwd
import shutil
import subprocess
import tempfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.process import eventually
from tests.terminal import pressed

needs_neomutt = pytest.mark.skipif(not shutil.which("neomutt"), reason="needs neomutt")
_INDEX, _COMPOSED, _SENT = b"Msgs:", b"Security:", b"Mail sent"
"""What NeoMutt shows where a mailbox, a finished text and a mail that has left are on the screen."""


class Mailboxes:
    """A Maildir for each address; `options` make a Postfix deliver into them, with its virtual(8)."""

    def __init__(self, *addresses: str) -> None:
        # Not below a folder of root's: the mailboxes belong to a user of their own.
        self.folder = Path(tempfile.mkdtemp(prefix="ticketd-mail-", dir="/tmp"))
        self.folder.chmod(0o755)
        owner = pwd.getpwnam("nobody")
        for address in addresses:
            self.of(address).mkdir()
            os.chown(self.of(address), owner.pw_uid, owner.pw_gid)
        maps = ", ".join(f"{{ {address} = {address}/ }}" for address in addresses)
        settings = (
            f"virtual_mailbox_maps=inline:{{ {maps} }}", f"virtual_mailbox_base={self.folder}",
            f"virtual_uid_maps=static:{owner.pw_uid}", f"virtual_gid_maps=static:{owner.pw_gid}",
            "virtual_minimum_uid=1",
        )  # fmt: skip
        domains = sorted({address.partition("@")[2] for address in addresses})
        self.options = [word for domain in domains for word in ("--domain", f"{domain}=virtual:")]
        self.options += [word for setting in settings for word in ("--set", setting)]

    def of(self, address: str) -> Path:
        return self.folder / address

    def remove(self) -> None:
        shutil.rmtree(self.folder)


class Mutt:
    """One person. Keys are pressed in a pseudo-terminal, texts come from an editor: as at home."""

    def __init__(self, folder: Path, maildir: Path, name: str, address: str, place: str) -> None:
        folder.mkdir(parents=True)
        self.address = address
        self._maildir, self._folder = maildir, folder
        self._typed = folder / "typed"
        editor = folder / "editor"
        # What it writes stands above the quoted mail, where the cursor is.
        editor.write_text(f'#!/bin/sh\ncat {self._typed} "$1" >"$1.new" && mv "$1.new" "$1"\n')
        editor.chmod(0o755)
        self._settings = folder / "muttrc"
        self._settings.write_text(
            f"""set realname = "{name}"
set from = "{address}"
set use_from = yes
set hostname = {address.partition("@")[2]}
set smtp_url = "smtp://{place}/"
unset ssl_starttls ssl_force_tls
set editor = {editor}
set header_cache = ""
set record = ""
set mbox_type = Maildir
set spool_file = {maildir}
set folder = {folder}
set sort = date-received
set fast_reply = yes
set include = yes
set reply_to = yes
set confirm_append = no
set wait_key = no
set charset = utf-8
set send_charset = utf-8
unset mark_old
"""
        )

    def mails(self) -> list[EmailMessage]:
        """The mailbox, in the order in which mail came."""
        files = [p for part in ("new", "cur") for p in (self._maildir / part).glob("*")]
        files.sort(key=lambda p: (p.stat().st_mtime_ns, p.name))
        return [
            email.message_from_bytes(p.read_bytes(), policy=email.policy.default) for p in files
        ]

    def nth(self, number: int) -> EmailMessage:
        """Wait for the mail with this number."""
        eventually(lambda: len(self.mails()) >= number, 30)
        return self.mails()[number - 1]

    def writes(self, to: str, subject: str, text: str) -> None:
        """A new mail."""
        self._types(text, ["-s", subject, to], [(_COMPOSED, "y")])

    def replies(self, mail: EmailMessage, text: str, *, key: str = "r") -> None:
        """Answer a mail of the mailbox, above what it says. `key`: r the author, g everybody."""
        wanted = str(mail["message-id"]).strip("<>")
        steps = [(_INDEX, f"l=i {wanted}\r{key}"), (_COMPOSED, "y"), (_SENT, "q")]
        self._types(text, ["-f", str(self._maildir)], steps)

    def _types(self, text: str, arguments: list[str], steps: list[tuple[bytes, str]]) -> None:
        self._typed.write_text(text + "\n\n", "utf-8")
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            ["neomutt", "-n", "-F", str(self._settings), *arguments],
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
            env={**os.environ, "HOME": str(self._folder), "TERM": "xterm", "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        os.close(theirs)
        shown = pressed(ours, steps)
        process.kill()
        code = process.wait(10)
        os.close(ours)
        assert code == 0, shown.decode("utf-8", "replace")
