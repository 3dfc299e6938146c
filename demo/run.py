"""Starts the demo: a price server, a real Home Assistant, and the integration in it.

Everything stays on this machine and in one folder, except that `--live` asks Octopus's own API.
"""

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
import signal
import socket
from time import monotonic

import aiohttp

from . import dashboard, meter
from .clock import FileClock
from .folder import INTEGRATION, REPOSITORY, FolderError, prepare
from .home import PASSWORD, USER, Hass, Home, HomeError
from .prices import modelled, replayed
from .server import create_app, start

POSTCODE = "SW1A 1AA"
HOURS, ENERGY = 4, 28
# As the forms take them.
CHARGE = {"postcode": POSTCODE, "charge_duration": HOURS, "charge_energy": ENERGY}
CAR = {
    # The choice in the menu of what a plan charges.
    "next_step_id": "state_of_charge",
    "name": "Charge the car",
    "state_of_charge": "sensor.car_battery",
    "target": 80,
    "capacity": 60,
    "power": 7.4,
    "ready_by": "07:00:00",
    "charger": "input_boolean.car_charger",
    "plugged_in": "input_boolean.car_plugged_in",
}

COMPARISON = {"product": "VAR-22-11-01"}

# The page of Home Assistant that starts the set-up.
_ADD = "/config/integrations/dashboard/add?domain=octopus_agile"

# Home Assistant fills in what the entities say.
_CAR_NOTE = (
    " The car is made up too: its battery is at {{ states('sensor.car_battery') }}%, and its charger is"
    " {{ states('input_boolean.car_charger') }}."
)

_STARTED = monotonic()


def say(text: str) -> None:
    """Print a step, with the seconds since the start."""
    print(f"{monotonic() - _STARTED:5.1f} s  {text}", flush=True)


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--prices",
        type=Path,
        metavar="FILE",
        help="replay real prices from a CSV file with the columns valid_from and value_inc_vat",
    )
    source.add_argument("--live", action="store_true", help="use the prices that Octopus publishes")
    parser.add_argument(
        "--published", action="store_true", help="have tomorrow's prices at once, not from 16:00"
    )
    parser.add_argument("--ready-by", metavar="HH:MM", help="when the tariff's own charge must be done")
    parser.add_argument("--empty", action="store_true", help="leave it to you to add the integration")
    parser.add_argument("--port", type=int, default=8123, help="Home Assistant's port (default: 8123)")
    parser.add_argument(
        "--config",
        type=Path,
        metavar="DIR",
        default=REPOSITORY / ".demo/config",
        help="Home Assistant's folder (default: .demo/config)",
    )
    parser.add_argument("--clock", type=Path, metavar="FILE", help="read the time from a file")
    parser.add_argument(
        "--plain-names",
        action="store_true",
        help="don't say in the products' names that prices aren't Octopus's",
    )
    parser.add_argument("--no-car", action="store_true", help="leave out the car and its charge plan")
    parser.add_argument(
        "--no-meter", action="store_true", help="leave out the meter's past and the comparison"
    )
    parser.add_argument("--keep", action="store_true", help="go on with the last demo's Home Assistant")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """Run until Ctrl-C or SIGTERM; return the exit code."""
    options = arguments(given)
    try:
        options.now = FileClock(options.clock).now if options.clock else lambda: datetime.now(UTC)
        return asyncio.run(_until_stopped(options))
    except (HomeError, FolderError, OSError, ValueError) as error:
        print(f"The demo has stopped: {error}", flush=True)
        return 1


async def _until_stopped(options: argparse.Namespace) -> int:
    demo = asyncio.create_task(_demo(options))
    stopping = False

    def stop() -> None:
        # Only once: a second Ctrl-C must not interrupt the stopping itself.
        nonlocal stopping
        if not stopping:
            stopping = True
            demo.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        return await demo
    except asyncio.CancelledError:
        if not stopping:
            raise
        say("Stopped")
        return 0


async def _demo(options: argparse.Namespace) -> int:
    async with AsyncExitStack() as stack:
        api, note = await _serve_prices(options, stack)
        port = free_port(options.port)
        if port != options.port:
            say(f"Port {options.port} is taken: using {port}")
        say(f"Preparing {options.config}")
        prepare(options.config, port, keep=options.keep, car=not options.no_car)

        hass = Hass(options.config, port, api, options.clock)
        stack.push_async_callback(_stop, hass)
        say("Starting Home Assistant")
        await hass.start()
        try:
            session = await stack.enter_async_context(aiohttp.ClientSession())
            await _set_up(options, await Home.open(session, hass), note)
        except (HomeError, aiohttp.ClientError, TimeoutError) as error:
            code = await hass.exit_code()
            what = f"ended with exit code {code}" if code is not None else f"isn't working: {error!r}"
            _report(hass, what)
            return 1
        say(f"Open {hass.url} (user {USER}, password {PASSWORD})")
        if options.empty:
            say(f"Add the integration there: {hass.url}{_ADD}")
        say("Press Ctrl+C to stop everything")
        _report(hass, f"ended with exit code {await hass.wait()}")
        return 1


async def _serve_prices(options: argparse.Namespace, stack: AsyncExitStack) -> tuple[str | None, str]:
    """Start the price server unless it is to be Octopus's; return its URL and what the prices are."""
    if options.live:
        say("Prices: Octopus's own, from its public API")
        return None, "Prices come from Octopus's public API."
    if options.prices:
        prices, kind, what = replayed(options.prices), "replayed", f"replayed from {options.prices.name}"
        note = f"**These prices are {what}**, moved to today by whole weeks. They are not today's."
    else:
        prices, kind, what = modelled, "modelled", "modelled"
        note = (
            "**These prices are modelled, not Octopus's own.** They follow the formula that Agile uses."
        )
    kind = "" if options.plain_names else kind
    app = create_app(prices, options.now, published=options.published, kind=kind)
    runner, api = await start(app)
    stack.push_async_callback(runner.cleanup)
    say(f"Prices: {what}, served at {api}")
    return api, note


async def _set_up(options: argparse.Namespace, home: Home, note: str) -> None:
    say("Home Assistant is up")
    if options.empty or await home.entry_id() is not None:
        return
    if not (REPOSITORY / INTEGRATION / "config_flow.py").exists():
        raise HomeError(f"there is no {INTEGRATION}/config_flow.py to add")
    ready_by = {"ready_by": f"{options.ready_by}:00"} if options.ready_by else {}
    say(f"Adding the integration: {POSTCODE}, {HOURS} h, {ENERGY} kWh")
    try:
        entry_id = await home.add_integration(CHARGE | ready_by)
    except HomeError as error:
        if not options.live:
            raise
        # Octopus out of reach is no reason to stop: the set-up can be tried by hand.
        say(f"It couldn't be added ({error}). Try it under Settings > Devices & services")
        return
    if not options.no_car:
        say("Adding a charge plan for a made-up car with a battery and a charger")
        await home.add_to(entry_id, "charge_plan", CAR)
        note += _CAR_NOTE
    await dashboard.create(home, note)
    await dashboard.bill_energy(home, (await home.entities(entry_id))["sensor.current_price"])
    if not options.no_meter:
        say("Adding a comparison with Flexible Octopus, over 13 months of a meter that are made up")
        await meter.remember(home, options.config, options.now())
        await home.add_to(entry_id, "comparison", COMPARISON)


def _report(hass: Hass, what: str) -> None:
    print(f"Home Assistant {what}. The end of {hass.log}:\n{hass.end_of_log()}", flush=True)


async def _stop(hass: Hass) -> None:
    if not hass.has_ended:
        say("Stopping Home Assistant")
        await hass.stop()


def free_port(wanted: int) -> int:
    """Return a port of 127.0.0.1 that is free: the one wanted, or any."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            chosen: int = probe.getsockname()[1]
            return chosen
    raise OSError("no port is free")
