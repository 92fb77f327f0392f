"""A real headless Chromium, driven over the pipe of its DevTools protocol: no port, no driver, no library.

The protocol is at https://chromedevtools.github.io/devtools-protocol/: one JSON message after the other, each with a
zero byte behind it.
"""

import json
import os
import select
import shutil
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.needs import tool

ROOT = Path(__file__).parents[3]
PATIENCE = 60
"""Seconds without an answer after which the browser counts as dead."""
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-quic", "--remote-debugging-pipe",
    "--force-color-profile=srgb", "--hide-scrollbars", "--disable-dev-shm-usage",
)  # fmt: skip
TAKE_PIPES = """
import fcntl, os, sys
pipes = [fcntl.fcntl(int(pipe), fcntl.F_DUPFD, 10) for pipe in sys.argv[1:3]]
for pipe, number in zip(pipes, (3, 4)):
    os.dup2(pipe, number)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Becomes the browser, which reads from descriptor 3 and writes to 4, wherever the pipes are here."""


@dataclass
class Chromium:
    """One browser with one tab; `events` are those since the last page was opened."""

    process: subprocess.Popen[bytes]
    into: int
    out: int
    session: str = ""
    number: int = 0
    unread: bytes = b""
    events: list[dict[str, Any]] = field(default_factory=list)

    def open(self, page: Path, *, width: int = 1280, height: int = 900, dark: bool = False, place: str = "") -> None:
        """Open a file, or a `#place` in it, on a screen of a size, by day or by night, and wait for its layout."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.ask("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        for address in ("about:blank", page.as_uri() + place):  # a new place alone would load nothing
            self.events.clear()
            self.ask("Page.navigate", url=address)
            self.wait_for("Page.loadEventFired")
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def run(self, script: str) -> Any:
        """Return the value of a JavaScript expression in the page."""
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def picture(self, file: Path) -> None:
        """Write the whole page as a PNG."""
        shot = self.ask("Page.captureScreenshot", captureBeyondViewport=True)
        file.write_bytes(b64decode(shot["data"]))

    def seen(self, *methods: str) -> list[dict[str, Any]]:
        """Return what the browser told of some kinds of event."""
        return [event["params"] for event in self.events if event["method"] in methods]

    def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command and return its answer."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        message |= {"sessionId": self.session} if self.session else {}
        os.write(self.into, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.next()
            if answer.get("id") == self.number:
                assert "error" not in answer, answer
                result = answer["result"]
                assert isinstance(result, dict)
                return result
            self.events.append(answer)

    def wait_for(self, method: str) -> None:
        """Wait for an event."""
        while not self.seen(method):
            self.events.append(self.next())

    def next(self) -> dict[str, Any]:
        """Return the browser's next message."""
        end = time.monotonic() + PATIENCE
        while b"\0" not in self.unread:
            ready, _, _ = select.select([self.out], [], [], max(0, end - time.monotonic()))
            assert ready, f"Chromium said nothing for {PATIENCE} seconds"
            part = os.read(self.out, 1 << 20)
            assert part, "Chromium has ended"
            self.unread += part
        message, _, self.unread = self.unread.partition(b"\0")
        answer = json.loads(message)
        assert isinstance(answer, dict)
        return answer


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """Start one browser with an empty profile for all tests."""
    program = str(tool("chromium"))
    to_read, into = os.pipe()
    out, to_write = os.pipe()
    command = [program, *FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}", "about:blank"]
    start = [sys.executable, "-c", TAKE_PIPES, str(to_read), str(to_write), *command]
    with subprocess.Popen(
        start, pass_fds=(to_read, to_write), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        os.close(to_read)
        os.close(to_write)
        browser = Chromium(process, into, out)
        try:
            target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
            browser.session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Log", "Network"):
                browser.ask(f"{domain}.enable")
            yield browser
            browser.session = ""
            browser.ask("Browser.close")
        finally:
            process.kill()
            os.close(into)
            os.close(out)


@dataclass(frozen=True)
class Demo:
    """The demo's plan as three reports of one run."""

    page: Path
    comment: str
    document: dict[str, Any]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Plan the demo as its script does, in a copy."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(ROOT / "policies", folder / "policies")
    subprocess.run(["git", "init", "--bare", "-q", "-b", "main", "build/demo/output.git"], cwd=folder, check=True)
    path = os.pathsep.join(filter(None, [str(ROOT / "engine"), os.environ.get("PYTHONPATH", "")]))
    for arguments in (
        ["publish", "--project", "policies/earlier", "--now", "2026-11-09T18:00:00Z", "-q"],
        ["plan", "--project", "policies", "--now", "2026-11-23T18:00:00Z", "-o", "html=build/plan.html",
         "-o", "markdown=comment.md", "-o", "json=plan.json"],
    ):  # fmt: skip
        command = [sys.executable, "-m", "ordain", *arguments]
        subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": path}, check=True, capture_output=True)
    document = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    return Demo(folder / "build/plan.html", (folder / "comment.md").read_text(encoding="utf-8"), document)
