"""The dashboard in Gecko, driven over WebDriver BiDi, which Firefox speaks without a driver."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
import json
from pathlib import Path
import re
import shutil
from typing import Any

import aiohttp
import pytest

from .common import run_demo, this_week
from .engines import running, script, use_the_dashboard

FIREFOX = next(filter(None, map(shutil.which, ["firefox-esr", "firefox"])), None)
MISSING = "The test in Gecko needs Firefox: install it (Debian: sudo apt-get install firefox-esr)."


class Firefox:
    """A tab of Firefox."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = count(1)
        self._context = ""
        self.said: list[str] = []

    async def start(self) -> None:
        await self._call("session.new", capabilities={})
        tree = await self._call("browsingContext.getTree")
        self._context = tree["contexts"][0]["context"]
        await self._call("session.subscribe", events=["log.entryAdded"])

    async def open(self, url: str) -> None:
        await self._call("browsingContext.navigate", context=self._context, url=url, wait="complete")

    async def run(self, function: str, *values: Any) -> Any:
        answer = await self._call(
            "script.callFunction",
            functionDeclaration=f"async () => {{ {script(function, values)} }}",
            awaitPromise=True,
            target={"context": self._context},
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])

    async def act(self, source: dict[str, Any]) -> None:
        await self._call("input.performActions", context=self._context, actions=[source])

    async def resize(self, width: int, height: int) -> None:
        viewport = {"width": width, "height": height}
        await self._call("browsingContext.setViewport", context=self._context, viewport=viewport)

    async def _call(self, method: str, **params: Any) -> Any:
        number = next(self._ids)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        while True:
            answer = await self._socket.receive_json(timeout=60)
            if answer.get("method") == "log.entryAdded":
                entry = answer["params"]
                if entry["level"] == "error" and "octopus" in json.dumps(entry):
                    self.said.append(entry["text"])
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]


@asynccontextmanager
async def firefox(folder: Path) -> AsyncIterator[Firefox]:
    """Run Firefox with a profile of its own, without a window."""
    assert FIREFOX is not None
    options = ("--headless", "--no-remote", "--profile", folder, "--remote-debugging-port", "0")
    with running(FIREFOX, *options) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        found = next(filter(None, (re.search(r"BiDi listening on (ws://\S+)", line) for line in lines)))
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{found[1]}/session", max_msg_size=0) as socket,
        ):
            tab = Firefox(socket)
            await tab.start()
            yield tab


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.skipif(FIREFOX is None, reason=MISSING)
async def test_firefox(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    profile = tmp_path_factory.mktemp("profile")
    with run_demo(tmp_path, "--published", prices=this_week()) as demo:
        async with firefox(profile) as tab:
            await use_the_dashboard(tab, demo)
            assert tab.said == []
