"""The client, and a server of its own for every test."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web
import pytest

from custom_components.octopus_agile.agile import client as client_module
from custom_components.octopus_agile.agile.client import AgileClient
from custom_components.octopus_agile.agile.publication import horizon

from .serving import NOW, Server


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """The server is a real one."""


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """How far prices can reach depends on the time; timeouts need the real one."""
    monkeypatch.setattr(client_module, "horizon", lambda now: horizon(NOW))


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    app = web.Application()
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    served = Server("")
    app.router.add_route("*", "/{path:.*}", served.answer)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    served.base = f"http://{host}:{port}/v1/"
    yield served
    await runner.cleanup()


@pytest.fixture
async def client(server: Server) -> AsyncIterator[AgileClient]:
    async with aiohttp.ClientSession() as session:
        yield AgileClient(session, server.base)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the client lose patience soon."""
    monkeypatch.setattr(client_module, "_TIMEOUT", aiohttp.ClientTimeout(total=0.2))


@pytest.fixture
async def unused_port() -> int:
    """A port that nobody listens on."""
    listening = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port: int = listening.sockets[0].getsockname()[1]
    listening.close()
    await listening.wait_closed()
    return port
