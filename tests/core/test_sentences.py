"""Every sentence that an agent may read stands in the table, with the same places in each language."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import ticketd
from ticketd.core.effects import effect
from ticketd.core.events import Undone, event_of, words
from ticketd.core.plan import BadCommand
from ticketd.core.sentence_words import OTHERS
from ticketd.core.sentences import in_language, say

_HOME = Path(ticketd.__file__).parent
_TERMINAL_ALONE = (
    "core/key_ring.py",
    "desk/customers.py",
    "desk/welcome.py",
    "desk/gateway.py",
    "core/reports/schedule.py",
)
"""What they refuse is asked for at the terminal, or stands in the configuration."""


def _said() -> Iterator[tuple[str, str]]:
    """The literal sentences of the rooms whose words reach agents by mail."""
    for path in sorted([*_HOME.glob("core/*.py"), *_HOME.glob("desk/*.py")]):
        where = str(path.relative_to(_HOME))
        if where in _TERMINAL_ALONE:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            name = (
                node.func.id
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                else ""
            )
            if name in {"Refused", "BadQuery", "say"} and isinstance(node, ast.Call):
                first = node.args[0]
                assert not (name != "say" and isinstance(first, ast.JoinedStr)), (
                    f"{where}: {ast.unparse(node)}"
                )
                for one in ast.walk(first) if isinstance(first, ast.Constant | ast.IfExp) else ():
                    if isinstance(one, ast.Constant) and isinstance(one.value, str):
                        yield where, one.value


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_sentence_has_its_thai_and_its_vietnamese() -> None:
    said = {text: where for where, text in _said()}
    assert len(said) > 120
    for text, where in said.items():
        for language in ("th", "vi"):
            other = in_language(text, language)
            assert other != text or text in {
                "#{number}: {why}",
                "{name} {value}",
                "{verb} {words}",
                "department",
                "noted",
            }, (where, text)


@pytest.mark.parametrize("text", OTHERS)
def test_the_places_are_the_same_in_every_language(text: str) -> None:
    for other in OTHERS[text]:
        assert _places(other) <= _places(text), text
        assert other.strip() == other
        assert other


def test_a_sentence_says_what_stands_in_it_in_the_same_language() -> None:
    why = say("{verb} needs a text below it", verb=say("#reply"))
    assert str(why) == "#reply needs a text below it"
    assert why.told("th") == "#ตอบ ต้องมีข้อความอยู่ด้านล่าง"
    assert (
        say("there are {known}", known=("a{b}", say("none"))).told("vi")
        == "hiện có: a{b}, không có"
    )
    assert str(BadCommand("#x", why)) == str(why)
    assert say("no table has {this}").told("th") == "no table has {this}"
    assert why.told("fr") == str(why)


def test_what_was_taken_back_is_read_in_every_language() -> None:
    undone = Undone(
        "a1", "status open -> new", (say("status {new} -> {old}", new=say("open"), old=say("new")),)
    )
    name, facts = words(undone)
    kept = event_of(name, facts)
    assert kept is not None
    assert effect(kept, "en") == "status open -> new"
    assert effect(kept, "vi") == "trạng thái đang mở -> mới"
    old = event_of(name, {"act": "a1", "what": "status open -> new"})
    assert old is not None
    assert effect(old, "th") == "status open -> new", "of before the table was there"
