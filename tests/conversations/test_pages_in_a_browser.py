"""Pages of reports in a real browser: the numbers are those of --json, everybody can read them, by day and by night."""

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.chromium import CHROMIUM, browser
from tests.conftest import DeskMaker
from tests.conversations.test_reports import NAMES, a_week
from tests.conversations.test_sla import OFFICE
from ticketd.core.reports.sections import SECTIONS
from ticketd.core.reports.words import called

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")
LOOK = """(() => {
const channel = c => { c /= 255; return c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4 };
const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
const colour = text => text.match(/[0-9.]+/g).map(Number);
function ground(element) {
  if (!element) return [255, 255, 255];
  const [r, g, b, a = 1] = colour(getComputedStyle(element).backgroundColor);
  return a == 1 ? [r, g, b] : ground(element.parentElement).map((c, at) => c * (1 - a) + [r, g, b][at] * a);
}
const all = [...document.body.querySelectorAll("*")];
const said = all.filter(e => [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim()) && !e.closest("svg"));
const contrasts = said.map(e => {
  const [a, b] = [light(colour(getComputedStyle(e).color)), light(ground(e))];
  return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), e.innerText];
});
const tables = [...document.querySelectorAll("table")].map(t => ({
  title: t.getAttribute("aria-label"), heads: [...t.querySelectorAll("thead tr > *")].map(e => e.innerText),
  rows: [...t.querySelectorAll("tbody tr")].map(r => [...r.children].map(e => e.innerText.trim())),
}));
return {
  wide: document.documentElement.scrollWidth, palest: contrasts.sort((a, b) => a[0] - b[0])[0],
  ground: light(ground(document.body)), tables, language: document.documentElement.lang,
  tiles: [...document.querySelectorAll(".tiles div")].map(e => [e.querySelector("dt").innerText, e.querySelector(".value").innerText]),
};
})()"""


def as_told(text: str, language: str) -> Any:
    """A number as somebody reads it off the page: (least, most) that it may be; a share, a length of time, a count."""
    text = text.replace("\u00a0", " ").strip()
    if text == "–":
        return None
    units = {called(f"unit_{unit}", language): size for unit, size in zip("dhms", (86_400, 3600, 60, 1), strict=True)}  # fmt: skip
    parts = re.findall(r"([0-9]+)(\D+)", text.replace(" ", ""))
    if parts and all(unit in units for _, unit in parts):
        seconds = sum(int(count) * units[unit] for count, unit in parts)
        return seconds, seconds + units[parts[-1][1]]
    if text.endswith("%"):
        share = float(text.rstrip(" %")) / 100
        return share - 0.00051, share + 0.00051
    return float(text) - 0.0051, float(text) + 0.0051


def agrees(value: float | None, text: str, language: str) -> bool:
    told = as_told(text, language)
    return told is None if value is None else told is not None and told[0] <= value <= told[1]


@pytest.mark.in_process
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_pages_of_all_reports(make_desk: DeskMaker, tmp_path: Path) -> None:
    desk = make_desk(**NAMES, calendars=OFFICE["calendars"], sla=OFFICE["sla"])
    a_week(desk)
    with browser(tmp_path / "profile") as window:
        for name, language in zip(SECTIONS, itertools.cycle(("en", "th", "vi")), strict=False):
            file = tmp_path / f"{name}.html"
            told = json.loads(desk.runs("report", name, "--json"))
            desk.runs("report", name, "--html", str(file), "--language", language)
            seen: dict[str, Any] = {}
            for width, dark in ((390, True), (1000, False)):
                window.opens(file, width, dark=dark)
                seen = window.says(LOOK)
                assert seen["wide"] <= width, (name, width)
                assert seen["palest"][0] >= 4.5, (name, dark, seen["palest"])
                assert (seen["ground"] < 0.1) == dark
                assert seen["language"] == language
            _numbers(name, language, told, seen)
            _aloud(window.reads_aloud(), seen)
            desk.runs("report", name, "--mail", "boss@company.example", "--language", language)
            file.write_text(desk.customer("boss@company.example").last_mail.html, "utf-8")
            window.opens(file, 390)
            seen = window.says(LOOK)
            assert seen["wide"] <= 390, f"{name} is wider than a phone as a mail"
            assert seen["palest"][0] >= 4.5, (name, seen["palest"])


def _numbers(name: str, language: str, told: dict[str, Any], seen: dict[str, Any]) -> None:
    tiles, figures = dict(seen["tiles"]), told.pop("figures", {})
    if not tiles:
        # It says that nothing happened.
        assert not any(one["value"] for one in figures.values()), name
        return
    for key, one in figures.items():
        words = called(key.removesuffix("_seconds"), language)
        assert agrees(one["value"], tiles[words], language), (name, key, one, tiles)
    for key, rows in told.items():
        if not isinstance(rows, list) or not rows or isinstance(rows[0], list):
            continue
        titles = {table["title"]: table for table in seen["tables"]}
        table = titles[called(key, language)]
        assert len(table["rows"]) == len(rows), (name, key)
        for row, cells in zip(rows, table["rows"], strict=True):
            shown = dict(zip(table["heads"], cells, strict=False))
            for column, value in row.items():
                words = called(column.removesuffix("_seconds"), language)
                if isinstance(value, float | int) and column != "ticket" and words in shown:
                    assert agrees(value, shown[words].rstrip("."), language), (name, column, value, shown)  # fmt: skip


def _aloud(heard: list[tuple[str, str]], seen: dict[str, Any]) -> None:
    """Titles, tables with their names, numbers and charts are there for those who do not see them."""
    roles = [role for role, _ in heard]
    assert roles.count("heading") >= 1
    assert roles.count("table") == len(seen["tables"])
    assert all(name for role, name in heard if role in {"image", "heading"})
    words = {name.strip() for _, name in heard}
    for words_of_tile in seen["tiles"]:
        assert {*words_of_tile} <= words
    for table in seen["tables"]:
        assert {cell for row in table["rows"] for cell in row if cell} <= words
