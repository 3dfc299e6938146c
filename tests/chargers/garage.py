"""A garage with a charger and a plug, in a night that is cheapest from 02:00 to 04:00."""

import asyncio
from typing import Any

from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from tests.charge_plans import CAR, add_plan
from tests.common import Scene
from tests.octopus import uk

CHARGER = "input_boolean.charger"
OTHER = "input_boolean.other"
PLUG = "binary_sensor.plug"
DAY = "2026-11-24"


class Garage:
    """Chargers that do what they are called for, unless they have a fault, and a log of the calls."""

    def __init__(self, scene: Scene) -> None:
        """Put in two chargers that are off."""
        self.scene = scene
        self.home: HomeAssistant = scene.home
        self.entry = scene.entry
        # Like "02:00 on", with the charger's name unless it is the usual one.
        self.calls: list[str] = []
        # The id of its plan, for tests that delete it.
        self.key = ""
        # What calls do instead: raise an error, wait for an event, or nothing.
        self.fault: Exception | None = None
        self.waits_for: asyncio.Event | None = None
        self.is_deaf = False
        # How many calls are on their way, at most.
        self.most_at_once = 0
        self._on_their_way = 0
        self.last_context: Context | None = None
        self.serve("input_boolean")
        for entity_id in (CHARGER, OTHER):
            self.home.states.async_set(entity_id, "off")

    def serve(self, domain: str) -> None:
        """Answer the calls of a domain."""
        for service in ("turn_on", "turn_off"):
            self.home.services.async_register(domain, service, self._called)

    async def _called(self, call: ServiceCall) -> None:
        (entity_id,) = (
            call.data["entity_id"]
            if isinstance(call.data["entity_id"], list)
            else [call.data["entity_id"]]
        )
        state = call.service.removeprefix("turn_")
        name = "" if entity_id == CHARGER else f"{entity_id} "
        self.calls.append(f"{dt_util.now():%H:%M} {name}{state}")
        self.last_context = call.context
        self._on_their_way += 1
        self.most_at_once = max(self.most_at_once, self._on_their_way)
        try:
            if self.waits_for is not None:
                await self.waits_for.wait()
            if self.fault is not None:
                raise self.fault
        finally:
            self._on_their_way -= 1
        if not self.is_deaf:
            self.home.states.async_set(entity_id, state, context=call.context)

    def taken(self) -> list[str]:
        """Return the calls since the last time."""
        calls = list(self.calls)
        self.calls.clear()
        return calls

    def is_on(self, entity_id: str = CHARGER) -> bool:
        """Return whether a charger is on."""
        return self.home.states.is_state(entity_id, "on")

    async def add_plan(self, title: str = CAR, **data: Any) -> str:
        """Add a plan with the charger, or with other settings."""
        return await add_plan(self.home, self.entry, title, **{"charger": CHARGER, **data})

    async def becomes(self, state: str, entity_id: str = CHARGER, user: str | None = None) -> None:
        """Let a charger or a plug be in a state, without a call or by a user's doing."""
        self.home.states.async_set(entity_id, state, context=Context(user_id=user))
        await self.home.async_block_till_done(wait_background_tasks=True)

    async def plug(self, state: str) -> None:
        """Let the plug be in a state."""
        await self.becomes(state, PLUG)

    async def until(self, time: str) -> None:
        """Go on minute by minute."""
        await self.scene.clock.walk(f"{DAY} {time}")

    async def jump(self, freezer: Any, time: str) -> None:
        """Go on at once, and wait for nothing that hangs."""
        freezer.move_to(uk(f"{DAY} {time}"))
        async_fire_time_changed(self.home)
        await self.home.async_block_till_done()

    async def answer(self) -> None:
        """Let the calls that wait go on."""
        assert self.waits_for is not None
        self.waits_for.set()
        await self.home.async_block_till_done(wait_background_tasks=True)

    async def reload(self) -> None:
        """Reload the entry."""
        await self.home.config_entries.async_reload(self.entry.entry_id)
        await self.home.async_block_till_done(wait_background_tasks=True)
