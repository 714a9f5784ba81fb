"""What a line of an agent's mail means, as a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketd.core.commands import Command, read, verb_of
from ticketd.core.desk_lines import read_lines
from ticketd.core.verbs import VERBS


@pytest.mark.parametrize(
    ("text", "commands", "rest"),
    [
        ("#close\n\nDone.", ["#close"], "Done."),
        ("\n\u200b#Close.\n\n\n# take\nDone.", ["#close", "#take"], "Done."),
        ("#clo\n#pen until fri 9:00", ["#close", "#pending until fri 9:00"], ""),
        ("\uff03tag\u00a0+a -b", ["#tag +a -b"], ""),
        ("#ปิด\n#ด่วน\nเสร็จแล้ว", ["#close", "#priority urgent"], "เสร็จแล้ว"),
        ("#đóng\n#khan\nXong", ["#close", "#priority urgent"], "Xong"),
        ("#dong\n#nhan\n#nhan +loa", ["#close", "#take", "#tag +loa"], ""),
        ("##close", [], "#close"),
        ("#1042 is yours", [], "#1042 is yours"),
        ("# Heading\n#close is a word", [], "# Heading\n#close is a word"),
        ("Hello\n#close it is\nbye", [], "Hello\n#close it is\nbye"),
        ("", [], ""),
    ],
)
def test_commands_stand_at_the_top(text: str, commands: list[str], rest: str) -> None:
    said = read(text)
    assert [str(c) for c in said.commands] == commands
    assert said.text == rest
    assert said.mistakes == ()


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("#cloze", ("#close",)),
        ("#re\nx", ("#reply", "#release", "#reopen")),
        ("#asign bob", ("#assign",)),
        ("#xyzzy", ()),
        ("#take it", ("#take",)),
        ("#assign", ("#assign bob|none",)),
        ("Done.\n\n#close", ()),
        ("Xong.\n#dong", ()),
    ],
)
def test_a_line_that_is_no_command_is_a_mistake(text: str, nearest: tuple[str, ...]) -> None:
    mistake = read(text).mistakes[0]
    assert mistake.why.told("th") != str(mistake.why)
    assert mistake.nearest[: len(nearest)] == nearest


def test_five_mistakes_end_the_reading_and_twenty_commands_are_enough() -> None:
    assert len(read("#aaa\n" * 50).mistakes) == 5
    assert "20 are read" in read("#take\n" * 21).mistakes[0].why.told()
    assert read("#take\n" * 20).mistakes == ()


def test_every_name_of_every_verb_is_its_own() -> None:
    names = [name for verb in VERBS for name in (verb.name, *verb.others)]
    assert len(names) == len(set(names))
    for verb in VERBS:
        assert all(verb_of(name) is verb for name in (verb.name, *verb.others))
        assert len(verb.others) == 2, verb.name


@given(st.text(max_size=300))
def test_any_text_is_read_and_never_invented(text: str) -> None:
    said = read(text)
    assert all(isinstance(c, Command) for c in said.commands)
    kept = said.text.replace("#", "").split()
    assert all(word in text.replace("#", "") for word in kept)


@pytest.mark.parametrize(
    ("text", "is_dry", "all_or_nothing", "undoes", "limit"),
    [
        ("dry-run\nlimit dept:sales", True, False, False, "dept:sales"),
        ("#ทดลอง\nเฉพาะ dept:sales", True, False, False, "dept:sales"),
        ("chaythu", True, False, False, ""),
        ("giớihạn dept:sales\ntấtcảhoặckhông", False, True, False, "dept:sales"),
        ("เลิกทำ", False, False, True, ""),
        ("hoantac.", False, False, True, ""),
    ],
)
def test_words_about_the_lines_of_a_desk_mail(
    text: str, is_dry: bool, all_or_nothing: bool, undoes: bool, limit: str
) -> None:
    mail = read_lines(text)
    assert (mail.is_dry_run, mail.is_all_or_nothing, mail.undoes) == (
        is_dry,
        all_or_nothing,
        undoes,
    )
    assert "".join(line.limit for line in mail.lines) == limit
