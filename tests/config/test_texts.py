"""A text that cannot be used is told with its file, its line and how to mend it."""

from pathlib import Path

import pytest
import yaml

from tests.desk import CONFIG, merged
from ticketd.config.document import ConfigError
from ticketd.config.load import load
from ticketd.watching import fingerprint


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("My Reply.md", "x", "My Reply.md: name it NAME.md or NAME.LANGUAGE.md"),
        ("a.xx.md", "x", "a.xx.md: 'xx' is not among `languages` (en, th, vi)"),
        ("a.md", "---\ntitle: x\n---\n", "a.md: it needs a text"),
        ("a.md", "---\ntitle: x\ntitel: y\n---\nText.", "a.md:3: titel: unknown key; there are title, departments"),
        ("a.md", "---\ntitle: x\ndepartments: [shop]\n---\nText.", "a.md:3: departments: there is no department 'shop'"),
        ("a.md", "---\nfiles: [../secret]\n---\nText.", "a.md: files: there is no file '../secret'"),
        ("a.md", "---\ntitle: [\n---\nText.", "a.md:3: this is not valid YAML"),
        ("a.md", b"\xff\xfe", "a.md: it cannot be read as UTF-8 text"),
    ],
)  # fmt: skip
def test_faults(tmp_path: Path, name: str, text: str | bytes, said: str) -> None:
    folder = tmp_path / "canned"
    folder.mkdir()
    (tmp_path / "secret").write_text("x")
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(merged(CONFIG, {"canned": str(folder)})))
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert said in str(caught.value)
    assert len(caught.value.faults) == 1


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(merged(CONFIG, {"kb": str(tmp_path / "kb")})))
    with pytest.raises(ConfigError, match=r"config.yaml:[0-9]+: kb: there is no folder"):
        load(path)


def test_a_changed_text_is_seen(tmp_path: Path) -> None:
    """What the daemon compares to know that it has to read again."""
    (tmp_path / "kb").mkdir()
    seen = [fingerprint(tmp_path / "c.yaml", tmp_path, tmp_path / "keys", [tmp_path / "kb"])]
    for text in ("One.", "Another one."):
        (tmp_path / "kb" / "a.md").write_text(text)
        seen.append(
            fingerprint(tmp_path / "c.yaml", tmp_path, tmp_path / "keys", [tmp_path / "kb"])
        )
    assert seen[0] != seen[1] != seen[2]
