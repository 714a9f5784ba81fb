"""One file with the whole desk: taken while it runs, made a desk again elsewhere, silent until told otherwise."""

import json
import tarfile
from pathlib import Path

import pytest
import yaml

from tests.conftest import DeskMaker
from tests.desk import Desk
from ticketd.cli.program import run

pytestmark = pytest.mark.in_process
BIG = bytes(range(256)) * 2000


def busy(desk: Desk) -> None:
    """A few tickets with everything that a desk keeps."""
    eve = desk.customer("eve@x.example", "Ève")
    eve.writes(
        "support@desk.example", subject="Máy in", text="Hỏng rồi", attachments=[("big.bin", BIG)]
    )
    desk.runs("reply", "1", "-m", "On my way")
    desk.runs("note", "1", "-m", "ใบเสร็จ")
    desk.customer("tom@y.example").writes("sales@desk.example", subject="Price", text="How much?")
    desk.runs("close", "2")


def elsewhere(desk: Desk, folder: Path, backup: Path) -> Desk:
    """A second machine with the same configuration and no desk yet."""
    folder.mkdir()
    made = Desk(folder, f"sqlite:///{folder / 'other.db'}")
    made.close()
    for path in (*folder.glob("other.db*"), folder / "state" / "keys"):
        path.unlink()
    made.runs("restore", str(backup))
    made.reloads()
    return made


def told(desk: Desk) -> list[object]:
    return [desk.ticket(t["number"]) for t in desk.tickets("status:all", "sort:number")]


def test_a_desk_comes_back_as_it_was(desk: Desk, tmp_path: Path) -> None:
    busy(desk)
    file = tmp_path / "desk.tar.gz"
    assert "2 tickets" in desk.runs("backup", str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    assert "whole" in desk.runs("verify", str(file))

    other = elsewhere(desk, tmp_path / "other", file)
    assert told(other) == told(desk)
    assert [t["number"] for t in other.tickets("status:all", "ใบเสร็จ")] == [1]
    assert (tmp_path / "other" / "state" / "keys").read_bytes() == (
        tmp_path / "state" / "keys"
    ).read_bytes()
    # Files, numbers and threads go on where they were.
    other.runs("attach", "1", "1", "-o", str(tmp_path / "saved"))
    assert (tmp_path / "saved").read_bytes() == BIG
    desk.customer("tom@y.example").writes("sales@desk.example", subject="More")
    Desk.customer(other, "tom@y.example").writes("sales@desk.example", subject="More")
    assert other.ticket(3)["subject"] == "More"
    other.close()


def test_nothing_leaves_a_restored_desk_before_release(desk: Desk, tmp_path: Path) -> None:
    eve = desk.customer("eve@x.example")
    eve.writes("support@desk.example", subject="Printer")
    # One mail is owed, one has not been read yet.
    desk.runs("reply", "1", "-m", "Later")
    reply = eve.last_mail
    desk.takes(
        b"From: tom@y.example\nTo: support@desk.example\nSubject: Unread\n\nHi\n",
        "tom@y.example",
        "support@desk.example",
        rest=False,
    )
    file = tmp_path / "desk.tar.gz"
    # Not through the vocabulary of the tests, which works everything off afterwards.
    assert run(["--config", str(desk.config_path), "backup", str(file)], desk.clock) == 0
    other = elsewhere(desk, tmp_path / "other", file)
    other.rests()
    assert other.all_captured() == []
    assert other.ticket(2)["subject"] == "Unread"
    waiting = json.loads(other.runs("queue", "list", "--json"))["mails"]
    held = [m for m in waiting if m["state"] == "held"]
    assert {(m["kind"], m["to"]) for m in held} >= {("ack", "tom@y.example")}
    status = json.loads(other.runs("status", "--json"))
    assert any("queue release --all" in reason for reason in status["stuck"])
    # An answer to the old desk's mail still finds its ticket; what it causes is held as well.
    Desk.customer(other, "eve@x.example").replies(reply, "Thanks")
    assert other.all_captured() == []
    assert [m["kind"] for m in other.ticket(1)["messages"]][-1] == "customer"

    other.runs("queue", "release", "--all")
    other.rests()
    assert "tom@y.example" in {m.rcpt_to for m in other.all_captured()}
    other.close()


def test_a_single_held_mail_is_released_by_its_id(desk: Desk, tmp_path: Path) -> None:
    busy(desk)
    file = tmp_path / "desk.tar.gz"
    desk.runs("backup", str(file))
    other = elsewhere(desk, tmp_path / "other", file)
    Desk.customer(other, "a@z.example").writes("support@desk.example", subject="One")
    Desk.customer(other, "b@z.example").writes("support@desk.example", subject="Two")
    mails = json.loads(other.runs("queue", "list", "--json"))["mails"]
    one = next(m["id"] for m in mails if m["to"] == "a@z.example")
    other.runs("queue", "release", str(one))
    assert {m.rcpt_to for m in other.all_captured()} == {"a@z.example"}
    other.close()


def test_a_desk_is_never_restored_over_another(desk: Desk, tmp_path: Path) -> None:
    busy(desk)
    file = tmp_path / "desk.tar.gz"
    desk.runs("backup", str(file))
    said = desk.runs("restore", str(file), code=78)
    assert "holds 2 tickets" in said
    assert "exists already" in desk.runs("backup", str(file), code=1)
    assert len(desk.tickets()) == 2


def test_the_configuration_comes_out_of_the_backup(make_desk: DeskMaker, tmp_path: Path) -> None:
    desk = make_desk()
    templates = tmp_path / "templates" / "en"
    templates.mkdir(parents=True)
    (templates / "ack.txt").write_text("Subject: {{ subject }}\n\nHello\n")
    busy(desk)
    file = tmp_path / "desk.tar.gz"
    desk.runs("backup", str(file))
    folder = tmp_path / "new"
    assert "would be written" in desk.runs(
        "restore", str(file), "--config-to", str(folder), "--dry-run"
    )
    assert not folder.exists()
    # It names the database of the desk that still lives: nothing is restored over it.
    assert "holds 2 tickets" in desk.runs("restore", str(file), "--config-to", str(folder), code=78)
    assert (folder / "config.yaml").read_bytes() == desk.config_path.read_bytes()
    assert (folder / "templates" / "en" / "ack.txt").read_text().endswith("Hello\n")


@pytest.mark.parametrize("damage", ["cut", "byte", "part", "text", "absent"])
def test_a_damaged_backup_is_named_and_changes_nothing(
    desk: Desk, tmp_path: Path, damage: str
) -> None:
    busy(desk)
    file, bad = tmp_path / "desk.tar.gz", tmp_path / "bad.tar.gz"
    desk.runs("backup", str(file))
    raw = file.read_bytes()
    match damage:
        case "cut":
            bad.write_bytes(raw[: len(raw) // 2])
        case "byte":
            middle = len(raw) // 2
            bad.write_bytes(raw[:middle] + bytes([raw[middle] ^ 0xFF]) + raw[middle + 1 :])
        case "part":
            with tarfile.open(file) as old, tarfile.open(bad, "w:gz") as new:
                for member in old:
                    if not member.name.startswith("database/message."):
                        new.addfile(member, old.extractfile(member))
        case "text":
            bad.write_text("Not a backup at all")
        case _:
            assert not bad.exists()
    said = desk.runs("verify", str(bad), code=1)
    assert str(bad) in said
    assert len(said.splitlines()) == 1
    desk.runs("restore", str(bad), code=1)
    assert len(desk.tickets()) == 2


def test_the_newest_backups_of_a_folder_are_kept(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for _ in range(4):
        desk.runs("backup", str(folder), "--keep", "2")
        desk.clock.passes(hours=1)
    assert len(list(folder.iterdir())) == 2
    assert "is none" in desk.runs("backup", str(tmp_path / "x"), "--keep", "2", code=2)


def test_a_backup_of_either_database_becomes_a_desk_on_postgresql(
    desk: Desk, tmp_path: Path, empty_postgres: str
) -> None:
    busy(desk)
    file = tmp_path / "desk.tar.gz"
    desk.runs("backup", str(file))
    before = told(desk)
    desk.close()
    other = tmp_path / "other"
    other.mkdir()
    values = yaml.safe_load(desk.config_path.read_text("utf-8"))
    values |= {"database": empty_postgres, "state_dir": str(other / "state"), "blobs": "database"}
    (other / "config.yaml").write_text(yaml.safe_dump(values), "utf-8")
    assert run(["--config", str(other / "config.yaml"), "restore", str(file)], desk.clock) == 0
    restored = Desk(other, empty_postgres, blobs="database")
    assert told(restored) == before
    # What lay in a file is in the database now, as this desk wants it.
    restored.runs("attach", "1", "1", "-o", str(tmp_path / "saved"))
    assert (tmp_path / "saved").read_bytes() == BIG
    Desk.customer(restored, "tom@y.example").writes("sales@desk.example", subject="More")
    assert restored.ticket(3)["subject"] == "More"
    restored.close()
