"""Template + language + values -> the text of a mail, and simple HTML made from that same text."""

import logging
import re
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from jinja2.exceptions import TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

from ticketd.core.customer_words import ARTICLES
from ticketd.core.due_words import target_word
from ticketd.core.effects import effect
from ticketd.core.events import AgentReplied, StatusChanged, Tagged
from ticketd.core.sentences import in_language, say
from ticketd.core.words import NO_LABELS, Labels, customer_word, relabelled, word
from ticketd.mail.markup import button, link, plain, text_html

log = logging.getLogger(__name__)
TO_CUSTOMERS = (
    "ack", "canned", "reply", "closed", "reopened", "closing-soon", "status", "articles", "forward",
)  # fmt: skip
TO_AGENTS = (
    "new-for-agents", "assigned", "customer-wrote", "progress", "delivery-failed", "last-resort", "digest",
    "unproven", "reminder", "sla-warning", "sla-breach", "receipt", "held", "stale", "confirm", "transcript",
    "welcome", "welcomed",
)  # fmt: skip
NAMES = (*TO_CUSTOMERS, *TO_AGENTS)
"""Every mail that we write by ourselves."""
_PARTS = ("head", "facts", "foot")
"""What several mails to agents have in common."""


class BadTemplate(Exception):
    """A template that cannot be used: which file, which line, and why."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """The two forms of one text."""

    text: str
    html: str
    said: str = ""
    """What a person wrote in it: its lines stay as they are."""


def shipped_folder() -> Path:
    """The templates that came with the program: in the package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"


class Renderer:
    """Renders templates, the operator's own ones first; the language falls back to English.

    All files are read once: what is changed on disk later counts from the next start or reload.
    """

    def __init__(self, own: Path | None = None, labels: Labels = NO_LABELS) -> None:
        self._shipped = _shipped_environment(labels)
        own_files = _files(own) if own is not None else {}
        self.own_names = tuple(sorted(own_files))
        """The templates that the operator has replaced or added."""
        self._own = _environment(_labelled(labels) | own_files) if own_files else None

    def render(self, name: str, language: str, values: Mapping[str, Any]) -> Rendered:
        """The mail `name` in a language; the shipped template where the operator's cannot be used."""
        if self._own is not None:
            try:
                return _render(self._own, name, language, values)
            except BadTemplate:
                log.exception("the shipped template is used instead")
        return _render(self._shipped, name, language, values)

    def check(self, languages: Sequence[str]) -> list[str]:
        """Render everything with a sample; one sentence for each template that fails."""
        faults = []
        for name in NAMES:
            for language in languages:
                try:
                    _render(self._own or self._shipped, name, language, sample(language, name))
                except BadTemplate as error:
                    faults.append(str(error))
        known = {f"{language}/{name}.txt" for language in languages for name in (*NAMES, *_PARTS)}
        faults += [
            f"{name}: no such template; there are {', '.join(NAMES)}, and the languages {', '.join(languages)}"
            for name in self.own_names
            if name not in {*known, "base.html"}
        ]
        return list(dict.fromkeys(faults))


def shipped() -> Renderer:
    """The renderer of the shipped templates."""
    return Renderer()


@lru_cache(maxsize=4)
def _shipped_environment(labels: Labels) -> Environment:
    """Read and compiled once in a process."""
    return _environment(_labelled(labels))


def _labelled(labels: Labels) -> dict[str, tuple[str, str]]:
    """The shipped texts, in the words of the installation."""
    return {
        name: (relabelled(text, name.partition("/")[0], labels), path)
        for name, (text, path) in _files(shipped_folder()).items()
    }


def _files(folder: Path) -> dict[str, tuple[str, str]]:
    """Name -> text and full path. BadTemplate where a file cannot be read."""
    found = {}
    for path in sorted([*folder.glob("*.html"), *folder.glob("*/*.txt")]):
        try:
            found[path.relative_to(folder).as_posix()] = (path.read_text("utf-8"), str(path))
        except (OSError, UnicodeDecodeError) as error:
            raise BadTemplate(f"{path}: it cannot be read as UTF-8 text: {error}") from None
    return found


def _environment(files: Mapping[str, tuple[str, str]]) -> Environment:
    def load(name: str) -> tuple[str, str, None] | None:
        return (*files[name], None) if name in files else None

    # Values are never read as templates; the sandbox keeps a template's reach small.
    return SandboxedEnvironment(
        loader=FunctionLoader(load),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )


def _render(
    environment: Environment, name: str, language: str, values: Mapping[str, Any]
) -> Rendered:
    try:
        template = environment.select_template([f"{language}/{name}.txt", f"en/{name}.txt"])
        text = template.render({"lang": language, **values})
        text = _closed_up(text, values)
        page = environment.get_template("base.html")
        goes = str(values.get("goes", ""))
        body = text_html(text, with_facts=name in TO_AGENTS, lead=f"goes-{goes}" if goes else "")
        said = str(values.get("text", ""))
        return Rendered(plain(text), page.render(lang=language, body=body), said)
    # A template may do anything wrong: divide by zero, call what is no function.
    except Exception as error:
        raise BadTemplate(f"{_place(error, name, language)}: {error}") from error


def _closed_up(text: str, values: Mapping[str, Any]) -> str:
    """Without the gaps that a template's conditions leave; what a person wrote keeps its own."""
    said = str(values.get("text", ""))
    before, found, after = text.partition(said) if said else (text, "", "")
    return (_gaps(before) + found + _gaps(after)).strip() + "\n"


def _gaps(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text)


def _place(error: Exception, name: str, language: str) -> str:
    """The file and the line where a template fails."""
    if isinstance(error, TemplateSyntaxError):
        return f"{error.filename or error.name}:{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{f.filename}:{f.lineno}" for f in frames if f.filename.endswith((".txt", ".html"))]
    return lines[-1] if lines and not isinstance(error, KeyError) else f"{language}/{name}.txt"


_SAMPLES = {
    "en": (
        "Printer on fire", "Support", "Eve Miller", "24 Nov 2026 09:00",
        "Please help.\nThe printer on the second floor smokes. " + "It is a LaserFast 4000. " * 9,
        "Please pull the plug. Our technician is with you within the hour.\n\n- keep the door shut\n- open a window",
    ),
    "th": (
        "เครื่องพิมพ์ไม่ทำงาน", "ฝ่ายสนับสนุน", "สมชาย ใจดี", "อ. 24 พ.ย. 2569 09:00 น.",
        "รบกวนช่วยด้วยครับ\nเครื่องพิมพ์ชั้นสองมีควันออกมาและไม่มีใครทราบว่าต้องติดต่อใคร " + "รุ่น LaserFast " * 9,
        "รบกวนถอดปลั๊กเครื่องก่อนนะคะ ช่างของเราจะไปถึงภายในหนึ่งชั่วโมงค่ะ\n\n- ปิดประตูห้องไว้\n- เปิดหน้าต่าง",
    ),
    "vi": (
        "Máy in không hoạt động", "Hỗ trợ", "Nguyễn Văn Hùng", "09:00 24/11/2026",
        "Xin giúp tôi.\nMáy in ở tầng hai bốc khói và không ai biết phải gọi cho ai. " + "Máy là LaserFast. " * 9,
        "Anh vui lòng rút phích cắm. Kỹ thuật viên sẽ đến trong vòng một giờ.\n\n- đóng cửa phòng\n- mở cửa sổ",
    ),
}  # fmt: skip
_VERBS = {
    "en": ("take", "note", "close", "snooze 1d", "spam"), "th": ("รับ", "บันทึก", "ปิด", "เลื่อน 1d", "สแปม"),
    "vi": ("nhận", "ghichú", "đóng", "hoãn 1d", "rác"),
}  # fmt: skip
_WORDS = {
    "en": ("This is solved", "How does it stand?"), "th": ("แก้ไขเรียบร้อยแล้ว", "ดูสถานะ"),
    "vi": ("Đã được giải quyết", "Xem tình trạng"),
}  # fmt: skip
_MAILTO = "mailto:support@desk.example"


def sample(language: str, name: str = "") -> dict[str, Any]:
    """Values as a mail of this language might have, the mail `name` above all; for checks and previews."""
    language = language if language in _SAMPLES else "en"
    subject, department, customer, at, asked, answer = _SAMPLES[language]
    quoted = "\n".join(f"> {line}".rstrip() for line in asked.split("\n"))
    row = {
        "subject": f"[Acme #1042] {subject}", "status": customer_word("open", language),
        "opened": at, "updated": at,
    }  # fmt: skip
    done = (AgentReplied(1, closing=True), StatusChanged("new", "closed"), Tagged(("urgent",), ()))
    why = say("there is no command '#{word}'", word="cloze")
    nobody = say("there is no agent '{name}'; there are {known}", name="eve", known=("ann", "lan"))
    lines = {
        "receipt": [effect(event, language, "eve@customer.example") for event in done],
        "confirm": ["#customer eve@customer.example"],
    }
    return {
        "tag": "[Acme #1042]", "number": 1042, "subject": subject, "department": department, "company": "Acme",
        "follows": "[Acme #17]", "wrote": True, "text": answer, "closing": True, "agent": "Ann",
        "signature": f"Ann\n{department}, Acme",
        "quoted": quoted, "quoted_by": customer, "quoted_at": at,
        "status": word("new", language), "priority": word("high", language), "assignee": "",
        "customer": f"{customer} <eve.with.a.long.name@customer.example>",
        "earlier": 3, "proven": False, "trust": "none", "files": ["photo.jpg (412 kB)", "log.txt (3 kB)"],
        "lookup": ["order 77: shipped"], "due": at, "due_at": at, "target": target_word("first_reply", language),
        "reopened": True, "kind": "customer", "is_asked": True, "at": at,
        "what": "replied", "by": "Lan", "recipient": "eve@customer.example", "answer": "5.1.1 user unknown",
        "count": 21, "claims": "#41", "lines": lines.get(name, [f"[Acme #1042] {subject}", f"[Acme #1043] {subject}"]),
        "goes": "reply", "actions": [link(f"#{verb}", _MAILTO) for verb in _VERBS[language]],
        "articles": [{"title": subject, "text": answer, "url": "https://help.acme.example/1"}],
        "others": [link(subject, _MAILTO)], "word": ARTICLES[language],
        "found": [asked], "undo": link("#undo", _MAILTO), "seconds": 60,
        "mistakes": [{"line": "#cloze", "why": why.told(language), "nearest": in_language("#close", language)}],
        "besides": [{"by": "Lan", "kind": word("note", language), "at": at, "quoted": f"> {answer[:60]}"}],
        "repair": _MAILTO, "button": button, "since": [{"by": customer, "at": at, "quoted": quoted}],
        "rows": [
            row | {"line": "1042 close", "ok": True, "what": "#1042 [closed, ann]"},
            row | {"line": "17 assign eve", "ok": False, "what": nobody.told(language)},
        ],
        "buttons": " · ".join(button(label, _MAILTO) for label in _WORDS[language]),
        "ratings": " · ".join(button(str(n), _MAILTO) for n in range(1, 6)),
        "departments": department, "public": "support@acme.example", "desk": "desk@tickets.acme.example",
        "works": True, "strong": False, "minimum": "token", "address": "ann@acme.example",
        "try_it": button("OK", _MAILTO), "send": link("#send", _MAILTO), "yes": link("OK", _MAILTO),
    }  # fmt: skip
