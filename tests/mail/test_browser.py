"""Every mail in a real browser: in each language, on a telephone and a desk, by day and by night."""

import html
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ticketd.mail.render import NAMES, Renderer, sample

LANGUAGES, WIDTHS = ("en", "th", "vi"), (390, 900)
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
LOOK = """
const channel = c => { c /= 255; return c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4 };
const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
const colour = text => text.match(/[0-9.]+/g).map(Number);
function behind(element) {
  for (; element; element = element.parentElement) {
    const found = colour(getComputedStyle(element).backgroundColor);
    if (found.length < 4 || found[3] > 0) return found;
  }
  return [255, 255, 255];
}
function look(frame) {
  const page = frame.contentDocument, root = page.documentElement;
  const all = [...page.body.querySelectorAll("*")];
  const edge = Math.max(0, ...all.map(e => e.getBoundingClientRect().right));
  const contrasts = all.filter(e => e.innerText).map(e => {
    const [a, b] = [light(colour(getComputedStyle(e).color)), light(behind(e))];
    return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  });
  const buttons = [...page.querySelectorAll("a.button")].map(e => e.getBoundingClientRect());
  return {
    mail: frame.title, wide: Math.max(edge, root.scrollWidth), width: root.clientWidth,
    text: page.body.innerText, contrast: Math.min(...contrasts), ground: light(behind(page.body)),
    thumb: Math.min(999, ...buttons.map(b => Math.min(b.width, b.height))),
  };
}
onload = () => {
  const seen = [...document.querySelectorAll("iframe")].map(look);
  document.body.textContent = JSON.stringify(seen);
};
"""


def _sheet(pages: dict[str, str], width: int) -> str:
    frames = "".join(
        f'<iframe title="{name}" style="width:{width}px;height:900px;border:0" srcdoc="{html.escape(page)}"></iframe>'
        for name, page in pages.items()
    )
    return f'<!DOCTYPE html><meta charset="utf-8"><body>{frames}<script>{LOOK}</script>'


def seen_in_browser(folder: Path, pages: dict[str, str], width: int, *, dark: bool = False) -> list[dict[str, Any]]:  # fmt: skip
    """What a browser makes of pages at this width: their measures, and the text that one sees."""
    sheet = folder / f"{width}-{dark}.html"
    sheet.write_text(_sheet(pages, width), "utf-8")
    night = ["--blink-settings=preferredColorScheme=0"] if dark else []
    ran = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", *night,
         f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=5000", "--dump-dom", sheet.as_uri()],
        capture_output=True, check=True, timeout=120,
    )  # fmt: skip
    body = ran.stdout.decode().partition("<body>")[2].rpartition("</body>")[0]
    found: list[dict[str, Any]] = json.loads(html.unescape(body))
    return found


pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium here")


@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
@pytest.mark.parametrize("width", WIDTHS)
def test_each_mail_fits_and_can_be_read(tmp_path: Path, width: int, dark: bool) -> None:
    render = Renderer().render
    pages = {f"{name} {lang}": render(name, lang, sample(lang, name)).html for lang in LANGUAGES for name in NAMES}  # fmt: skip
    seen = seen_in_browser(tmp_path, pages, width, dark=dark)
    assert [one["mail"] for one in seen] == list(pages)
    for one in seen:
        assert one["width"] == width
        assert one["wide"] <= width, f"{one['mail']} is wider than its window"
        assert len(one["text"].strip()) > 40, one["mail"]
        assert one["contrast"] >= 4.5, f"{one['mail']}: pale text (WCAG 2.2, 1.4.3)"
        assert (one["ground"] < 0.1) == dark
        assert one["thumb"] >= 40, f"{one['mail']}: a button too small for a thumb"
        assert not any(sign in one["text"] for sign in ("{{", "<p", "&lt;", "\ufffd"))


def test_the_look_finds_what_is_too_wide_or_pale(tmp_path: Path) -> None:
    bad = '<html><body style="margin:0"><p style="color:#ccc;background:#fff;width:700px">pale and wide</p>'
    [one] = seen_in_browser(tmp_path, {"bad": bad}, 390)
    assert one["wide"] == 700
    assert one["contrast"] < 2
