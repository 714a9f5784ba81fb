"""Texts of one's own: checked, previewed, and never the reason that a mail does not leave."""

from pathlib import Path

import pytest

from tests.desk import Desk
from ticketd.mail.markup import text_html
from ticketd.mail.render import NAMES, BadTemplate, Renderer, sample


@pytest.fixture
def own(desk: Desk) -> Path:
    folder = desk.config.templates
    (folder / "en").mkdir(parents=True)
    return folder


class TestCommands:
    """Templates know nothing of the database."""

    def test_check_and_preview(self, desk: Desk, own: Path, tmp_path: Path) -> None:
        assert f"ok: {len(NAMES)} templates in en, th, vi, none of your own" in desk.runs("templates", "check")  # fmt: skip
        (own / "en" / "ack.txt").write_text("Ours {{ tag }}\n", "utf-8")
        assert "1 of your own" in desk.runs("templates", "check")
        assert desk.runs("templates", "preview", "ack") == "Ours [Acme #1042]\n"
        assert "เรียนท่านลูกค้า" in desk.runs("templates", "preview", "ack", "--lang", "th")
        page = tmp_path / "page.html"
        desk.runs("templates", "preview", "customer-wrote", "--lang", "vi", "--html", str(page))
        assert '<html lang="vi">' in page.read_text()
        assert "cannot be written" in desk.runs(
            "templates", "preview", "ack", "--html", "/no/such/folder/x", code=1
        )
        assert "no language 'xx'" in desk.runs(
            "templates", "preview", "ack", "--lang", "xx", code=2
        )

    @pytest.mark.parametrize(
        ("name", "text", "said"),
        [
            ("ack.txt", "Hello\n{{ nmae }}\n", "ack.txt:2: 'nmae' is undefined"),
            ("ack.txt", "Hello\n{% if tag %}\n", "ack.txt:2: Unexpected end of template"),
            ("reply.txt", "{{ tag.upper( }}\n", "reply.txt:1: unexpected"),
            ("closed.txt", "a\nb\n{{ 1 / 0 }}", "closed.txt:3: division by zero"),
            ("akc.txt", "Hello", "en/akc.txt: no such template; there are ack, canned, reply"),
        ],
    )
    def test_a_template_with_an_error(
        self, desk: Desk, own: Path, name: str, text: str, said: str
    ) -> None:
        (own / "en" / name).write_text(text, "utf-8")
        complained = desk.runs("templates", "check", code=78)
        assert said in complained
        assert complained.count("\n") == 1
        assert said in desk.runs("check", code=78)


def test_a_broken_text_falls_back_to_the_shipped_one(desk: Desk, own: Path) -> None:
    (own / "en" / "reply.txt").write_text("{{ nothing }}", "utf-8")
    anna = desk.customer("anna@example.org")
    anna.writes("support@desk.example", subject="x", text="Hello.")
    desk.runs("reply", "1", "-m", "An answer.")
    assert anna.last_mail.text.startswith("An answer.")


def test_what_is_no_text_at_all(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "ack.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadTemplate, match="cannot be read as UTF-8"):
        Renderer(tmp_path)


_WITHOUT_FACTS = frozenset(
    {
        "ack",
        "canned",
        "reply",
        "closed",
        "reopened",
        "digest",
        "forward",
        "unproven",
        "receipt",
        "held",
        "stale",
        "confirm",
        "transcript",
        "status",
        "articles",
        "closing-soon",
        "welcome",
        "welcomed",
    }
)


@pytest.mark.parametrize("language", ["en", "th", "vi"])
@pytest.mark.parametrize("name", NAMES)
def test_every_mail_reads_well(name: str, language: str) -> None:
    """No gap, no leftover of a template, a table of facts for agents, and every line of it as HTML."""
    mail = Renderer().render(name, language, sample(language, name))
    assert "\n\n\n" not in mail.text
    assert not any(sign in mail.text for sign in ("{{", "{%", "{#"))
    assert ('class="facts"' in mail.html.partition("<body>")[2]) == (name not in _WITHOUT_FACTS)
    assert mail.text.strip() == mail.text.rstrip("\n")


def test_facts_are_a_table_and_a_customers_words_never_are() -> None:
    page = text_html("Ticket:  [#1] x\nName:  <b>\n\n> Total:  5\n> Name:  y", with_facts=True)
    assert page.count("<tr>") == 2
    assert "&lt;b&gt;" in page
    assert "<table" not in text_html("Ticket:  [#1] x\nName:  y")
