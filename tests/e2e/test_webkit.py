"""The dashboard in WebKit, the engine of iPhones and Macs, driven over WebDriver."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from pathlib import Path
import shutil
import socket
from typing import Any

import aiohttp
import pytest

from .common import run_demo, this_week
from .engines import DESKTOP, PATIENCE, running, script, use_the_dashboard

DRIVER = shutil.which("WebKitWebDriver")
DISPLAY = shutil.which("xvfb-run")
BROWSER = next(iter(sorted(Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser"))), None)
MISSING = (
    "The test in WebKit needs its driver, a browser of its and a display: install them "
    "(Debian: sudo apt-get install webkit2gtk-driver libwebkit2gtk-4.1-0 xvfb)."
)
# Puts the page into a frame of a size.
FRAME = """(width, height) => {
  const frame = document.createElement("iframe");
  frame.style.cssText = `width: ${width}px; height: ${height}px; border: 0`;
  frame.src = location.href;
  document.body.replaceChildren(frame);
}"""


class WebKit:
    """A window of WebKit's own small browser."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def start(self) -> None:
        options = {"binary": str(BROWSER), "args": ["--automation"]}
        wanted = {"browserName": "MiniBrowser", "webkitgtk:browserOptions": options}
        begun = await self._post("", {"capabilities": {"alwaysMatch": wanted}})
        self._url += f"/{begun['sessionId']}"

    async def stop(self) -> None:
        async with self._session.delete(self._url) as response:
            assert response.ok

    async def open(self, url: str) -> None:
        await self._post("/url", {"url": url})

    async def run(self, function: str, *values: Any) -> Any:
        body = f"const [done] = arguments; (async () => {{ {script(function, values)} }})().then(done);"
        return json.loads(await self._post("/execute/async", {"script": body, "args": []}))

    async def act(self, source: dict[str, Any]) -> None:
        await self._post("/actions", {"actions": [source]})

    async def resize(self, width: int, height: int) -> None:
        """Its window has a least width, more than a phone's: then the page is shown in a frame."""
        await self._post("/window/rect", {"width": width, "height": height})
        if await self.run("() => innerWidth") > width:
            await self.run(FRAME, width, height)
            await self._post("/frame", {"id": 0})

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        async with self._session.post(self._url + path, json=body) as response:
            answer = (await response.json(content_type=None))["value"]
            assert response.ok, answer
            return answer


@asynccontextmanager
async def webkit() -> AsyncIterator[WebKit]:
    """Run WebKit's driver on a display that nobody sees, and a browser in it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    screen = f"-screen 0 {DESKTOP[0]}x{DESKTOP[1]}x24"
    with running(
        str(DISPLAY), "--auto-servernum", "--server-args", screen, str(DRIVER), f"--port={port}"
    ):
        async with aiohttp.ClientSession() as session:
            window = WebKit(session, f"http://127.0.0.1:{port}/session")
            async with asyncio.timeout(PATIENCE):
                while True:
                    try:
                        await window.start()
                        break
                    except aiohttp.ClientConnectorError:
                        await asyncio.sleep(0.2)
            yield window
            await window.stop()


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.skipif(None in {DRIVER, DISPLAY, BROWSER}, reason=MISSING)
async def test_webkit(tmp_path: Path) -> None:
    with run_demo(tmp_path, "--published", prices=this_week()) as demo:
        async with webkit() as window:
            await use_the_dashboard(window, demo)
