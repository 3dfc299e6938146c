"""Compares everything there is to be seen of a home with what the oracle says."""

from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
import re
from typing import Any

from homeassistant.components.calendar import CalendarEntity
from homeassistant.helpers.entity_component import DATA_INSTANCES
from homeassistant.util import dt as dt_util
from yarl import URL

from tests.octopus import AGILE, OUTGOING

from .home import Home
from .oracle import UK, Book, Span, prices
from .plan_oracle import PlanOracle, Session
from .server import Octopus, is_of_months
from .wishes import MAIN

_MAIN = "sensor.octopus_agile_london_"
_DAY = timedelta(days=1)
# The entities of a plan, by what they show, on the main device and on a plan's own.
_MAIN_KEYS = {
    "start": "cheapest_block_start",
    "end": "cheapest_block_end",
    "price": "cheapest_block_price",
    "estimated_cost": "estimated_cost",
    "status": "plan_status",
}
_OUTAGE = re.compile(r"^Error fetching octopus_agile E-1R-([A-Z0-9-]+)-C( standing charge)? data: ")


def binary(name: str) -> str:
    """Return the entity that says when to charge, by a plan's name."""
    if name == MAIN:
        return "binary_sensor.octopus_agile_london_cheapest_block"
    return f"binary_sensor.{name}_charge_now"


def event(name: str) -> str:
    """Return the entity that tells what happens to a plan."""
    return "event.octopus_agile_london_plan" if name == MAIN else f"event.{name}_plan"


def most_in_a_day(asked: list[datetime]) -> int:
    """Return how many of some instants fall into the fullest 24 hours."""
    most = first = 0
    for index, at in enumerate(asked):
        while asked[first] <= at - _DAY:
            first += 1
        most = max(most, index + 1 - first)
    return most


class Watch:
    """Watches a home with plans by name, `main` and others, whose subentry ids are `keys`."""

    def __init__(
        self,
        home: Home,
        server: Octopus,
        plans: dict[str, PlanOracle],
        keys: dict[str, str],
        exports: frozenset[str] = frozenset(),
    ) -> None:
        """Start before the home does. `exports` are the plans that sell, by prices below zero."""
        self._home = home
        self._server = server
        self.plans = plans
        self._keys = keys
        self._exports = exports
        home.follow(*(binary(name) for name in plans), *(event(name) for name in plans))
        self._was_on: dict[str, bool] = {}
        # Of each tariff, whether its last answer was good, and whether an outage may have begun unseen.
        self._was_good: dict[str, bool | None] = dict.fromkeys(server.books)
        self._may_be_out = dict.fromkeys(server.books, True)
        # Lines of the log that somebody else explains.
        self.explained: Callable[[str], bool] = lambda line: False
        # Whether a plan that somebody else watches charges now.
        self.also_charges: Callable[[], bool] = lambda: False
        # After a start nobody knows yet whether the server is to blame.
        self._is_fresh = True
        self.checks = 0
        # How many requests there were whenever nobody could know any more when the last one was.
        self._counted: list[int] = [0]
        # How often plans have told that they moved.
        self.moves = 0
        self.completed: dict[str, list[Span]] = {name: [] for name in plans}

    def restarted(self) -> None:
        """Tell that the home was started anew: what hadn't begun is planned again."""
        for plan in self.plans.values():
            plan.restart()
        self.reloaded()

    def leapt(self, leap: timedelta, before: datetime) -> None:
        """Tell that the clock was set. What lies between has been seen by nobody."""
        for plan in self.plans.values():
            plan.leap(leap, before)
        self._is_fresh = True

    def forgotten(self) -> None:
        """Tell that nobody knows any more when the last requests were."""
        self._counted.append(len(self._server.requests))

    def reloaded(self) -> None:
        """Tell that the entry was set up anew, so that its entities were away for a moment."""
        for code, book in self._server.books.items():
            book.was_good = self._was_good[code] = None
        self._is_fresh = True

    def check(self, *, update: bool = True, by_hand: bool = False) -> None:
        """Compare all. Without `update` nothing has happened, and the plans are as they were.

        `by_hand` says that somebody has just changed what a plan is asked for.
        """
        now = dt_util.utcnow()
        if update:
            for name, plan in self.plans.items():
                plan.update(self._book(name), now, self._seen(name))
        self._check_log()
        self._check_prices(now)
        self._check_export(now)
        for name, plan in self.plans.items():
            self._check_plan(name, plan, now)
            self._check_switch(name, plan, now)
            self._check_told(name, plan, by_hand=by_hand)
        self._check_calendar(now)
        self._is_fresh = False

    def check_requests(self) -> None:
        """Fail unless the server was left alone for 5 minutes each, and asked at most 60 times a day."""
        for first, last in pairwise([*self._counted, len(self._server.requests)]):
            self._check_requests(self._server.requests[first:last])

    @staticmethod
    def _check_requests(requests: list[tuple[datetime, URL]]) -> None:
        by_address: dict[str, list[datetime]] = {}
        months: list[datetime] = []
        for at, url in requests:
            if is_of_months(url):
                months.append(at)
            else:
                address = url.path if not url.query.get("page") else str(url)
                by_address.setdefault(address, []).append(at)
        for path, asked in by_address.items():
            for before, after in pairwise(asked):
                assert after - before >= timedelta(minutes=5), (path, before, after)
        # The standing charge has a limit of its own, and so has the past.
        selling = [at for path, each in by_address.items() if OUTGOING in path for at in each]
        asked = [at for path, each in by_address.items() if "standing-charges" not in path for at in each]
        assert most_in_a_day(sorted(selling)) <= 60
        assert most_in_a_day(sorted(set(asked) - set(selling))) <= 60
        assert most_in_a_day(months) <= 40
        assert min((b - a for a, b in pairwise(months)), default=_DAY) >= timedelta(seconds=5)

    def check_asked(self, at: datetime) -> None:
        """Fail unless whoever asked at an instant got a request, if the last one was 5 minutes old.

        A server that asked for a pause gets it, and the more requests there were in a day the fewer.
        """
        asked = [
            each
            for each, url in self._server.requests
            if url.path.endswith("-unit-rates/") and OUTGOING not in url.path and not is_of_months(url)
        ]
        before = [each for each in asked if each < at and each > at - _DAY]
        is_early = bool(before) and at - before[-1] < timedelta(minutes=5)
        is_paused = any(each > at - timedelta(hours=6) for each in self._server.paused)
        if is_early:
            assert len(asked) == 0 or asked[-1] < at, "asked again within 5 minutes"
        elif not is_paused and len(before) < 40:
            assert asked[-1] >= at, "whoever asks gets no request"
        self.checks += 1

    def check_store(self, stored: dict[str, Any]) -> None:
        """Fail unless all prices of a week are kept, and none besides."""
        now = dt_util.utcnow()
        kept = {
            datetime.fromisoformat(series["start"]) + index * timedelta(seconds=series["length"]): price
            for series in stored["data"]["series"]
            for index, price in enumerate(series["prices"])
        }
        for at, pence in self._server.given.items():
            if at > now - 5 * _DAY:
                found = kept[at]
                assert Fraction(found) * 100 == Fraction(pence), f"the price of {at} is kept as {found}"
                self.checks += 1
        assert kept.keys() <= self._server.given.keys(), "a price is kept that nobody gave"

    def _seen(self, name: str) -> list[Span]:
        """Return the sessions of a plan as the integration has them, entity or not."""
        plans = self._home.entry.runtime_data.plans
        [plan] = [plan for plan in plans if plan.key == self._keys[name]]
        return [(session.start, session.end) for session in plan.sessions]

    def _book(self, name: str) -> Book:
        """Return the prices that a plan goes by: what sells for most costs least."""
        if name not in self._exports:
            return self._server.given
        return {start: -price for start, price in self._server.books[OUTGOING].given.items()}

    def _check_log(self) -> None:
        """Fail unless an outage is told of once when it begins, and nothing else is."""
        told = [each for each in self._home.complaints.take() if not self.explained(each)]
        found = [_OUTAGE.match(each) for each in told]
        assert all(found), told
        # Standing charges are asked for once a week.
        about = [each[1] for each in found if each is not None and not each[2]]
        for code, book in self._server.books.items():
            begun = book.was_good is False and self._was_good[code] is not False
            self._was_good[code] = book.was_good
            # After a start in the midst of an outage it may be told of before anybody asks again.
            may_be = self._is_fresh or (self._may_be_out[code] and not book.was_good)
            self._may_be_out[code] = may_be
            assert about.count(code) <= (begun or may_be), told
            is_told = about.count(code) or not begun or may_be
            assert is_told, f"nothing tells of the outage of {code} at {dt_util.utcnow()}"

    def _check_prices(self, now: datetime) -> None:
        expected = prices(self._server.given, now)
        nothing = {"unknown", "unavailable"}
        was_good = self._server.books[AGILE].was_good
        if was_good is not None and not self._is_fresh:
            nothing = {"unknown" if was_good else "unavailable"}
        is_known = expected.current is not None
        if not is_known and self._home.state(f"{_MAIN}current_price") == "unavailable":
            assert "unavailable" in nothing
            for key in ("next_price", "lowest_price", "highest_price", "average_price", "prices_until"):
                assert self._home.state(f"{_MAIN}{key}") == "unavailable"
            return
        assert is_known or "unknown" in nothing
        self._number(f"{_MAIN}current_price", expected.current)
        self._number(f"{_MAIN}next_price", expected.next)
        self._number(f"{_MAIN}lowest_price", expected.lowest)
        self._number(f"{_MAIN}highest_price", expected.highest)
        self._number(f"{_MAIN}average_price", expected.average)
        self._time(f"{_MAIN}prices_until", expected.until)
        for key, start in (("lowest", expected.lowest_start), ("highest", expected.highest_start)):
            text = self._home.attributes(f"{_MAIN}{key}_price")["start"]
            assert text == (start and start.astimezone(UK).isoformat())
        rates = self._home.attributes(f"{_MAIN}current_price")["rates"]
        assert [(rate["start"], rate["price"]) for rate in rates] == [
            (start.astimezone(UK).isoformat(), float(price)) for start, price in expected.rates
        ]
        negative = "unknown" if expected.current is None else "on" if expected.current < 0 else "off"
        assert self._home.state("binary_sensor.octopus_agile_london_negative_price") == negative
        self.checks += 10

    def _check_export(self, now: datetime) -> None:
        """Compare what export pays; whether it's unknown or unavailable follows the same rule."""
        expected = prices(self._server.books[OUTGOING].given, now)
        if not self._exports or self._home.state(f"{_MAIN}export_price") == "unavailable":
            assert expected.current is None or not self._exports
            return
        self._number(f"{_MAIN}export_price", expected.current)
        self._number(f"{_MAIN}next_export_price", expected.next)
        self._number(f"{_MAIN}highest_export_price", expected.highest)
        self.checks += 3

    def _check_plan(self, name: str, plan: PlanOracle, now: datetime) -> None:
        def entity(key: str) -> str:
            if name in self._exports and key == "estimated_cost":
                key = "estimated_earnings"
            return f"{_MAIN}{_MAIN_KEYS[key]}" if name == MAIN else f"sensor.{name}_{key}"

        is_export = name in self._exports

        coming = [session for session in plan.sessions if session.end > now]
        session = coming[0] if coming else plan.sessions[-1] if plan.sessions else None
        start, end = (None, None) if session is None else session.span
        attributes = self._home.attributes(binary(name))
        seen = self._seen(name)
        assert seen == [each.span for each in plan.sessions], (name, seen, plan.sessions)
        assert attributes["session_start"] == _local(start), (name, seen)
        assert attributes["session_end"] == _local(end), (name, seen)
        self.checks += 3
        if self._home.state(entity("status")) == "unavailable":
            key = "export_price" if is_export else "current_price"
            assert self._home.state(f"{_MAIN}{key}") == "unavailable"
            return
        status = self._home.state(entity("status"))
        assert status == plan.status, f"{name} is {status}, not {plan.status}: {plan.sessions}"
        reason = self._home.attributes(entity("status"))["reason"]
        if plan.shortfall is not None:
            assert reason == plan.reason, (name, reason, plan.reason)
            shortfall = self._home.attributes(entity("status"))["shortfall"]
            assert shortfall == round(plan.shortfall / timedelta(minutes=1)), (name, shortfall)
        self._time(entity("start"), start)
        self._time(entity("end"), plan.sessions[-1].end if plan.sessions else None)
        mean, cost = plan.mean, plan.cost
        self._number(entity("price"), -mean if is_export and mean is not None else mean)
        self._number(entity("estimated_cost"), -cost if is_export and cost is not None else cost)
        sessions = self._home.attributes(entity("start"))["sessions"]
        assert [(each["start"], each["end"]) for each in sessions] == [
            (_local(each.start), _local(each.end)) for each in plan.sessions
        ]
        self.checks += 7

    def _check_switch(self, name: str, plan: PlanOracle, now: datetime) -> None:
        """Fail unless it is on exactly while a session runs, and went on and off once for it."""
        is_on = plan.running(now)
        entity_id = binary(name)
        assert self._home.state(entity_id) == ("on" if is_on else "off"), (name, plan.sessions)
        switched = [state for _, each, state in self._home.switched if each == entity_id]
        self._home.switched = [each for each in self._home.switched if each[1] != entity_id]
        if self._is_fresh:
            was_on = is_on
            assert ("off" if is_on else "on") not in switched, f"{name} blinked: {switched}"
        else:
            was_on = self._was_on[name]
            assert switched == ["on" if is_on else "off"] * (was_on != is_on), f"{name}: {switched}"
        if was_on and not is_on:
            ended = max(
                (each for each in plan.past + plan.begun if each.end <= now), key=lambda each: each.end
            )
            assert ended.span not in self.completed[name], f"{name} charged twice"
            self.completed[name].append(ended.span)
        self._was_on[name] = is_on
        self.checks += 2

    def _check_told(self, name: str, plan: PlanOracle, *, by_hand: bool) -> None:
        """Fail unless the plan's event says that it has moved if that is news, and nothing else."""
        told = [attributes for each, attributes in self._home.told if each == event(name)]
        self._home.told = [each for each in self._home.told if each[0] != event(name)]
        short = [each for each in told if each["event_type"] == "charge_incomplete"]
        told = [each for each in told if each not in short]
        if plan.shortfall is not None:
            assert len(short) == plan.short_news(), (name, short)
        elif short:
            plan.told_short_by = plan.window and plan.window[1]
        news = plan.news(by_hand=by_hand)
        assert len(told) == (news is not None), (name, told, news)
        for each, (old, new) in zip(told, [news] if news else [], strict=True):
            assert each["event_type"] == "plan_changed"
            assert (each["reason"] in ("settings", "need")) == by_hand, each["reason"]
            for key, spans in (("old_sessions", old), ("new_sessions", new)):
                found = [(session["start"], session["end"]) for session in each[key]]
                assert found == [(_local(start), _local(end)) for start, end in spans], (name, key)
        self.moves += len(told)
        self.checks += 1

    def _check_calendar(self, now: datetime) -> None:
        state = self._home.state("calendar.octopus_agile_london_charging")
        if state == "unavailable":
            assert self._home.state(f"{_MAIN}current_price") == "unavailable"
        else:
            runs = any(plan.running(now) for plan in self.plans.values()) or self.also_charges()
            assert state == ("on" if runs else "off")
        self.checks += 1

    async def check_events(self) -> None:
        """Fail unless the calendar holds all sessions of a week, and none besides."""
        now = dt_util.utcnow()
        calendar = self._home.hass.data[DATA_INSTANCES]["calendar"].get_entity(
            "calendar.octopus_agile_london_charging"
        )
        assert isinstance(calendar, CalendarEntity)
        events = await calendar.async_get_events(self._home.hass, now - 6 * _DAY, now + 3 * _DAY)
        found = sorted((event.start, event.end) for event in events)
        sessions: list[Session] = [
            each for plan in self.plans.values() for each in plan.past + plan.sessions
        ]
        assert found == sorted(each.span for each in sessions if each.end > now - 6 * _DAY)
        self.checks += len(found)

    def _number(self, entity_id: str, expected: Fraction | None) -> None:
        state = self._home.state(entity_id)
        if expected is None:
            assert state == "unknown", f"{entity_id} is {state}, which nobody can know"
        else:
            assert state not in ("unknown", "unavailable"), f"{entity_id} is lost"
            assert abs(Fraction(state) - expected) < Fraction(1, 10**9), f"{entity_id} is {state}"

    def _time(self, entity_id: str, expected: datetime | None) -> None:
        state = self._home.state(entity_id)
        if expected is None:
            assert state == "unknown", f"{entity_id} is {state}"
        else:
            # Timestamps are shown in whole seconds.
            assert state == expected.replace(microsecond=0).isoformat(), f"{entity_id} is {state}"


def _local(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UK).isoformat()
