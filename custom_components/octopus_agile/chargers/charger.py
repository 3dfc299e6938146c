"""Switches the chargers of charge plans: on when a session starts, off when it ends.

Nothing else switches a charger. What somebody does to it by hand is respected; what a charger does by
itself is put right each minute.
"""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from homeassistant.const import ATTR_ENTITY_ID, SERVICE_TURN_OFF, SERVICE_TURN_ON, STATE_OFF, STATE_ON
from homeassistant.core import Context, CoreState, HomeAssistant, State, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..charges.charge_plan import ChargePlan
from ..const import DOMAIN, LOGGER
from ..store import StoredCharger

_LOCKS: HassKey[dict[str, asyncio.Lock]] = HassKey(f"{DOMAIN}_charger_calls")
# For this long after a call or after the plug went in, a charger that changes does so by itself.
_SETTLING = timedelta(minutes=2)
# A charger and its plug that change together may be reported in any order.
_TOGETHER = timedelta(seconds=10)
# A call is repeated after a minute, by timers that may be early.
_PAUSE = timedelta(seconds=55)
_SECONDS_FOR_A_CALL = 30
_KNOWN = {STATE_ON: True, STATE_OFF: False}


class Owner(Protocol):
    """Who looks after a charger for an entry."""

    # Whether it switches chargers.
    is_running: bool

    def async_check(self) -> None:
        """Put right what isn't as it should be."""

    def async_wait(self) -> None:
        """Check again in a minute."""

    def async_tell(self, charger: Charger, *, has_failed: bool) -> None:
        """Show or delete the repair issue of a charger that can't be switched."""

    async def async_save(self) -> None:
        """Save what must survive a restart."""


def known(state: State | None) -> bool | None:
    """Return whether a state is on or off; None if it is neither."""
    return None if state is None else _KNOWN.get(state.state)


def _is_within(limit: timedelta, at: datetime | None, now: datetime) -> bool:
    """Tell whether a time is that close. If the clock has been set back, it isn't."""
    return at is not None and abs(now - at) <= limit


class Charger:
    """A charger, with what is known of the plans that use it and of the people who do."""

    def __init__(self, hass: HomeAssistant, owner: Owner, record: StoredCharger) -> None:
        """Continue with what is on disk."""
        self._hass = hass
        self._owner = owner
        # All entries, and what is left of those that are gone, share this: one call at a time.
        self._lock = hass.data.setdefault(_LOCKS, {}).setdefault(record.entity_id, asyncio.Lock())
        self.record = record
        self.entity_id = record.entity_id
        self.plans: Collection[ChargePlan] = ()
        # The plan whose session runs, and since when sessions have run without a gap.
        self._running: ChargePlan | None = None
        self._running_since: datetime | None = None
        # The name of that plan or another that uses it; of the last one if all are gone.
        self.plan_name = ""
        self._context_id: str | None = None
        self._plugged_in_at: datetime | None = None
        # When it last changed though no user and no automation is named as the cause.
        self._unsigned_at: datetime | None = None
        self._is_calling = False
        # What the last call was for, if it failed.
        self._failed: bool | None = None

    @property
    def _is_on(self) -> bool | None:
        return known(self._hass.states.get(self.entity_id))

    @property
    def _is_plugged_in(self) -> bool | None:
        plug = self._running.plugged_in if self._running else ""
        return known(self._hass.states.get(plug)) if plug else True

    @property
    def _is_wanted(self) -> bool:
        return self._running is not None and self._is_plugged_in is not False

    @callback
    def async_follow(self, plans: Collection[ChargePlan], now: datetime) -> None:
        """Take note of the plans that use it now, and of the session that runs."""
        self.plans = plans
        self._running = self._running_since = None
        for plan in plans:
            if plan.failure is None and plan.plan is not None and (session := plan.plan.running(now)):
                self._running = plan
                self._running_since = _without_gap(plans, session.start)
        named = self._running or next(iter(plans), None)
        self.plan_name = named.name if named else self.plan_name

    @callback
    def async_changed(self, old: State | None, new: State | None) -> None:
        """Find out whether a change of its state was somebody's doing."""
        now, was_on, is_on = dt_util.utcnow(), known(old), known(new)
        if new is None or None in (was_on, is_on) or was_on == is_on:
            return
        if new.context.id == self._context_id or _is_within(_SETTLING, self.record.called_at, now):
            return
        if is_on and _is_within(_SETTLING, self._plugged_in_at, now):
            # Many chargers start by themselves when a car is plugged in.
            return
        is_unsigned = new.context.user_id is None and new.context.parent_id is None
        self._unsigned_at = now if is_unsigned else None
        if is_on:
            self.record = replace(self.record, left_on=not self._is_wanted, left_off_at=None)
        elif self._is_wanted:
            self.record = replace(self.record, left_off_at=now)

    @callback
    def async_plug_changed(self, *, is_in: bool) -> None:
        """Take note that the plug went in or out."""
        now = dt_util.utcnow()
        if is_in:
            self._plugged_in_at = now
        if _is_within(_TOGETHER, self._unsigned_at, now):
            # It was the plug that changed the charger, not somebody.
            self.record = replace(self.record, left_on=False, left_off_at=None)

    @callback
    def async_check(self) -> None:
        """Switch it if it isn't as it should be."""
        self._settle(dt_util.utcnow())
        target = self._target()
        if self._failed is not None and (target is not self._failed or self._is_on is target):
            self._failed = None
            self._owner.async_tell(self, has_failed=False)
        if not self._is_calling and self._call_due(dt_util.utcnow()) is not None:
            self._is_calling = True
            name = f"{DOMAIN} switches {self.entity_id}"
            self._hass.async_create_background_task(self._async_call(), name)

    def _settle(self, now: datetime) -> None:
        """Draw the conclusions from how it is."""
        record, is_on, target = self.record, self._is_on, self._target()
        if self._running is None:
            record = replace(record, left_off_at=None)
        if is_on and target:
            # Whoever switched it on: it goes off when the session ends.
            record = replace(record, ours=True, left_on=False)
        elif is_on is False:
            is_ours = record.ours and (target is True or self._may_come_on(now))
            record = replace(record, ours=is_ours, left_on=False)
        self.record = record

    def _target(self) -> bool | None:
        """Return whether it should be on; None if it is to be left as it is."""
        if self._running is not None and self._is_wanted:
            assert self._running_since is not None
            left_off_at = self.record.left_off_at
            if left_off_at is not None and left_off_at >= self._running_since:
                return False
            is_starting = self._hass.state in (CoreState.not_running, CoreState.starting)
            return None if is_starting and self._is_plugged_in is None else True
        is_ours = self.record.ours or bool(self.plans)
        return False if is_ours and not self.record.left_on else None

    def _may_come_on(self, now: datetime) -> bool:
        """Whether it may still report that our last call has switched it on."""
        return self.record.called_on and _is_within(_SETTLING, self.record.called_at, now)

    def _call_due(self, now: datetime) -> bool | None:
        """Return whether to switch it on or off now; None for neither."""
        is_on, target, record = self._is_on, self._target(), self.record
        if is_on is None or target is None or self._hass.is_stopping or not self._owner.is_running:
            return None
        if is_on is target and (target or not record.ours):
            return None
        if record.called_on is target and _is_within(_PAUSE, record.called_at, now):
            return None
        return target

    async def _async_call(self) -> None:
        try:
            async with self._lock:
                # It may have changed while another call was waited for.
                if (on := self._call_due(dt_util.utcnow())) is not None:
                    await self._async_switch(on=on)
        finally:
            self._is_calling = False
        self._owner.async_check()

    async def _async_switch(self, *, on: bool) -> None:
        context = Context()
        self._context_id = context.id
        self.record = replace(
            self.record, called_at=dt_util.utcnow(), called_on=on, ours=on or self.record.ours
        )
        self._owner.async_wait()
        # First, or it would be on for ever if the power failed now.
        await self._owner.async_save()
        domain, service = self.entity_id.split(".")[0], SERVICE_TURN_ON if on else SERVICE_TURN_OFF
        try:
            async with asyncio.timeout(_SECONDS_FOR_A_CALL):
                await self._hass.services.async_call(
                    domain, service, {ATTR_ENTITY_ID: self.entity_id}, blocking=True, context=context
                )
        except Exception as error:  # noqa: BLE001 - whatever a charger's integration raises
            if self._failed is not on:
                LOGGER.warning(
                    "%s can't be switched %s, retrying every minute: %.200r",
                    self.entity_id,
                    STATE_ON if on else STATE_OFF,
                    error,
                )
            self._failed = on
        else:
            self._failed = None
        self._owner.async_tell(self, has_failed=self._failed is not None)


def _without_gap(plans: Collection[ChargePlan], start: datetime) -> datetime:
    """Return since when sessions of some plans have run without a gap before the one from `start`."""
    all_plans = [plan.plan for plan in plans if plan.plan is not None]
    sessions = [session for plan in all_plans for session in (*plan.past, *plan.begun)]
    for session in sorted(sessions, key=lambda session: session.end, reverse=True):
        if session.start < start <= session.end:
            start = session.start
    return start
