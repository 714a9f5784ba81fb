"""A real browser, driven through its pipe (Chrome DevTools Protocol): one start for many pages."""

import base64
import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
_WORDS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
    "--remote-debugging-pipe", "--no-first-run",
)  # fmt: skip


class Browser:
    """One window; what it shows is asked for by the protocol's own names."""

    def __init__(self, there: int, back: int) -> None:
        self._there, self._back, self._number, self._rest = there, back, 0, b""
        target = self._ask("", "Target.createTarget", url="about:blank")["targetId"]
        found = self._ask("", "Target.attachToTarget", targetId=target, flatten=True)
        self._window: str = found["sessionId"]

    def _ask(self, window: str, method: str, **more: Any) -> dict[str, Any]:
        self._number += 1
        told = {"id": self._number, "method": method, "params": more}
        told |= {"sessionId": window} if window else {}
        os.write(self._there, json.dumps(told).encode() + b"\0")
        while True:
            said = self._next()
            if said.get("id") == self._number:
                assert "error" not in said, said
                return dict(said["result"])

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            more = os.read(self._back, 1 << 20)
            assert more, "the browser is gone"
            self._rest += more
        one, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(one))

    def ask(self, method: str, **more: Any) -> dict[str, Any]:
        """Say something to the window."""
        return self._ask(self._window, method, **more)

    def opens(self, file: Path, width: int, *, dark: bool = False) -> None:
        """Show a file at this width, by day or by night."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        self.ask("Page.navigate", url=file.as_uri())
        while self.says("document.readyState + location.href") != f"complete{file.as_uri()}":
            time.sleep(0.01)

    def says(self, words: str) -> Any:
        """What an expression is, as JSON has it."""
        found = self.ask("Runtime.evaluate", expression=words, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def reads_aloud(self) -> list[tuple[str, str]]:
        """(role, name) of what those hear who do not see the page: the accessibility tree."""
        nodes = self.ask("Accessibility.getFullAXTree")["nodes"]
        return [
            (node["role"]["value"], node.get("name", {}).get("value", ""))
            for node in nodes
            if not node["ignored"]
        ]

    def picture(self, file: Path) -> None:
        """All of the page, as it looks."""
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        found = self.ask("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        file.write_bytes(base64.b64decode(found["data"]))


@contextlib.contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """A browser with a profile of its own."""
    here, there = os.pipe()
    back, its = os.pipe()
    command = [CHROMIUM, *_WORDS, f"--user-data-dir={folder}"]

    # Above the two places where Chromium looks for them.
    ours = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (here, its)]
    words = ["bash", "-c", f'exec "$@" 3<&{ours[0]} 4>&{ours[1]}', "bash", *command]
    nothing = subprocess.DEVNULL
    ran = subprocess.Popen(words, pass_fds=ours, stderr=nothing, stdout=nothing)
    for end in ours:
        os.close(end)
    os.close(here)
    os.close(its)
    try:
        yield Browser(there, back)
    finally:
        ran.kill()
        ran.wait()
        os.close(there)
        os.close(back)
