"""A real Home Assistant as a child process, driven over its own HTTP and websocket API."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
import signal
import sys
from typing import Any, Self

import aiohttp

USER = PASSWORD = "demo"

# Home Assistant leaves with this exit code when somebody asks it to restart.
_RESTART = 100
_LAUNCHER = Path(__file__).with_name("hass.py")
# In seconds; a slow machine takes a while.
_START_TIMEOUT = 180
_STOP_TIMEOUT = 40


class HomeError(Exception):
    """Home Assistant didn't do what was asked of it; the text says what."""


class Hass:
    """The process. Its output goes to `hass.log` in the configuration folder."""

    def __init__(self, folder: Path, port: int, api: str | None, clock: Path | None = None) -> None:
        """Prepare for a folder that is ready.

        `api` is the base URL, None for Octopus's own; `clock` is a file that says what time it is.
        """
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / "hass.log"
        self._folder = folder
        self._options = ["--api", api] if api else []
        self._options += ["--clock", str(clock.resolve())] if clock else []
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it, in a session of its own: Ctrl-C at the terminal is for the demo to handle.

        It may install nothing: all it needs here is among this project's own pinned packages, and what
        is missing shall show as an error and not as minutes of downloading.
        """
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                # -E: not even by PYTHONPATH shall it find the integration elsewhere than in its folder.
                *(sys.executable, "-P", "-E", str(_LAUNCHER), *self._options),
                *("--config", str(self._folder), "--skip-pip", "--log-no-color"),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def wait(self) -> int:
        """Wait until it ends and return its exit code; when asked to restart it is started again."""
        while True:
            assert self._process is not None
            if (code := await self._process.wait()) != _RESTART:
                return code
            await self.start()

    async def stop(self) -> None:
        """Stop it, by force if it takes too long."""
        if self._process is None or self._process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self._process.wait(), _STOP_TIMEOUT)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()

    @property
    def has_ended(self) -> bool:
        """Whether the process is gone."""
        return self._process is not None and self._process.returncode is not None

    async def exit_code(self) -> int | None:
        """Return the exit code if it has just ended or is about to, None if it goes on."""
        assert self._process is not None
        with suppress(TimeoutError):
            return await asyncio.wait_for(self._process.wait(), 1)
        return None

    def end_of_log(self, lines: int = 20) -> str:
        """Return the last lines of its output."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


class Home:
    """A logged-in user's connection to Home Assistant."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        """Use an access token."""
        self._session = session
        self._url = url
        self._token = token

    @classmethod
    async def open(cls, session: aiohttp.ClientSession, hass: Hass) -> Self:
        """Wait until Home Assistant is up, make the user or log in, and wait until all is set up."""
        async with asyncio.timeout(_START_TIMEOUT):
            is_new = await _wait_for_http(session, hass)
            home = cls(session, hass.url, await _token(session, hass.url, is_new=is_new))
            if is_new:
                await home._finish_onboarding()
            await home._wait_until_running()
        return home

    async def get(self, path: str) -> Any:
        """Return the JSON behind a path."""
        return await self._request("GET", path, None)

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Send JSON to a path, and return the answer's."""
        return await self._request("POST", path, body)

    async def command(self, kind: str, **arguments: Any) -> Any:
        """Return the result of a websocket command."""
        async with self._session.ws_connect(f"{self._url}/api/websocket", max_msg_size=0) as socket:
            await socket.receive_json()
            await socket.send_json({"type": "auth", "access_token": self._token})
            await socket.receive_json()
            await socket.send_json({"id": 1, "type": kind, **arguments})
            answer = await socket.receive_json()
            if not answer["success"]:
                raise HomeError(f"{kind}: {answer['error']['message']}")
            return answer["result"]

    async def add_integration(self, answers: Mapping[str, Any]) -> str:
        """Go through the config flow as a person would, and return the entry's id.

        `answers` are by field, whatever form asks for it; the rest is as the forms preselect it.
        """
        result = await self._fill_in("flow", "octopus_agile", answers)
        entry_id: str = result["result"]["entry_id"]
        return entry_id

    async def add_to(self, entry_id: str, kind: str, answers: Mapping[str, Any]) -> None:
        """Add a subentry of a kind in the same way: a charge plan or a comparison."""
        await self._fill_in("subentries/flow", [entry_id, kind], answers)

    async def _fill_in(self, flows: str, handler: str | list[str], answers: Mapping[str, Any]) -> Any:
        """Answer a flow's forms and menus until it has made something."""
        path = f"/api/config/config_entries/{flows}"
        result = await self.post(path, {"handler": handler})
        answered: set[str] = set()
        while result["type"] in {"form", "menu"}:
            step = result["step_id"]
            if result.get("errors") or step in answered:
                raise HomeError(f"the form {step} says {result.get('errors')}")
            answered.add(step)
            if result["type"] == "menu":
                answer = {"next_step_id": answers["next_step_id"]}
            else:
                answer = _answer(result["data_schema"], answers)
            result = await self.post(f"{path}/{result['flow_id']}", answer)
        if result["type"] != "create_entry":
            raise HomeError(f"it ended with {result['type']}: {result.get('reason')}")
        return result

    async def entry_id(self) -> str | None:
        """Return the id of the integration's entry, None where there is none."""
        entries = await self.get("/api/config/config_entries/entry?domain=octopus_agile")
        return entries[0]["entry_id"] if entries else None

    async def entities(self, entry_id: str) -> dict[str, str]:
        """Return the entity ids of an entry by platform and key, like "sensor.current_price".

        The keys end the entities' unique ids, after the entry's id.
        """
        registry = await self.command("config/entity_registry/list")
        return {
            f"{entity['entity_id'].partition('.')[0]}."
            f"{str(entity['unique_id']).removeprefix(entry_id + '_')}": entity["entity_id"]
            for entity in registry
            if entity["config_entry_id"] == entry_id
        }

    async def _wait_until_running(self) -> None:
        """Wait until all integrations are set up; nothing announces that to the outside."""
        while True:
            config = await self.get("/api/config")
            if config["recovery_mode"]:
                raise HomeError("Home Assistant is in recovery mode: a part of it is broken or missing")
            if config["state"] == "RUNNING":
                return
            await asyncio.sleep(0.2)

    async def _finish_onboarding(self) -> None:
        """Do the steps that follow the user's; nothing is sent anywhere unless analytics are chosen."""
        await self.post("/api/onboarding/analytics", {})
        back = {"client_id": f"{self._url}/", "redirect_uri": f"{self._url}/?auth_callback=1"}
        await self.post("/api/onboarding/integration", back)

    async def _request(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"}
        url = self._url + path
        async with self._session.request(method, url, json=body, headers=headers) as response:
            if not response.ok:
                raise HomeError(f"{method} {path}: {response.status} {await response.text()}")
            return await response.json()


async def _wait_for_http(session: aiohttp.ClientSession, hass: Hass) -> bool:
    """Wait until Home Assistant answers; return whether it waits for its first user."""
    while True:
        if hass.has_ended:
            raise HomeError("Home Assistant ended before it had started")
        try:
            async with session.get(f"{hass.url}/api/onboarding") as response:
                if response.ok:
                    steps = await response.json()
                    return any(step["step"] == "user" and not step["done"] for step in steps)
                # The view is gone once everything is done; before it is there, so is every other.
                async with session.get(f"{hass.url}/auth/providers") as providers:
                    if providers.ok:
                        return False
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.2)


async def _token(session: aiohttp.ClientSession, url: str, *, is_new: bool) -> str:
    """Return an access token of the demo's user, who is made if there is none."""
    client = {"client_id": f"{url}/"}
    user = {"username": USER, "password": PASSWORD}
    if is_new:
        answer = await _post(
            session,
            f"{url}/api/onboarding/users",
            json={**client, **user, "name": "Demo", "language": "en-GB"},
        )
        code = answer["auth_code"]
    else:
        login = {**client, "handler": ["homeassistant", None], "redirect_uri": f"{url}/"}
        flow = await _post(session, f"{url}/auth/login_flow", json=login)
        answer = await _post(session, f"{url}/auth/login_flow/{flow['flow_id']}", json={**client, **user})
        code = answer.get("result")
        if code is None:
            raise HomeError("the user or the password of the demo has been changed")
    grant = {**client, "grant_type": "authorization_code", "code": code}
    answer = await _post(session, f"{url}/auth/token", data=grant)
    token: str = answer["access_token"]
    return token


async def _post(session: aiohttp.ClientSession, url: str, **body: Any) -> Any:
    async with session.post(url, **body) as response:
        if not response.ok:
            raise HomeError(f"POST {url}: {response.status} {await response.text()}")
        return await response.json()


def _answer(schema: list[dict[str, Any]], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of a form's fields, else what it suggests, or the first of its choices."""
    answer: dict[str, Any] = {}
    for field in schema:
        name = field["name"]
        options = field.get("selector", {}).get("select", {}).get("options", [])
        value = (field.get("description") or {}).get("suggested_value", field.get("default"))
        if "schema" in field:
            value = _answer(field["schema"], known) or None
        elif name in known:
            value = known[name]
        elif value is None and options:
            value = options[0]["value"] if isinstance(options[0], dict) else options[0]
        if value is not None:
            answer[name] = value
    return answer
