"""What people have been told of a plan, and what is news to them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from .blocks import distance, lost
from .need import LiveNeed, Need
from .plan import Plan, Settings, shifted

# Smaller moves are no news: a battery reports all the time, and its plan follows every report.
MOVES = timedelta(minutes=15)
_MINUTE = timedelta(minutes=1)


class News(StrEnum):
    """What there may be to tell of a plan."""

    MOVED = "moved"
    STALLED = "stalled"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Told:
    """The plan, the stall, and the end of the window with a shortfall that were told last."""

    plan: Plan | None = None
    stalled_at: datetime | None = None
    short_by: datetime | None = None

    def shifted(self, leap: timedelta, now: datetime) -> Told:
        """Return the same on a clock that was set by `leap` and now shows `now`."""
        stalled_at = None if self.stalled_at is None else self.stalled_at + leap
        plan = self.plan
        if plan is not None:
            # What was ahead when it was told may have begun since.
            begun = tuple(each for each in plan.sessions if each.start <= now - leap)
            plan = shifted(replace(plan, begun=begun, ahead=plan.sessions[len(begun) :]), leap)
        return replace(self, plan=plan, stalled_at=stalled_at)

    def follow(
        self,
        plan: Plan,
        settings: Settings,
        *,
        by_hand: bool,
        is_unplugged: bool = False,
    ) -> tuple[Told, list[News]]:
        """Return what is told once the news of a plan is, and that news.

        Another window isn't a change of plan, unless somebody changed its settings, `by_hand`. What has
        begun while it `is_unplugged` moves on and on until the plug goes in: that is when it is told. A
        plan whose deadline is days ahead grows night by night, and that is no move either.
        """
        told, news = self, []
        known = self.plan
        if known is None or not (known.window.end == plan.window.end or by_hand):
            told = replace(told, plan=plan)
        elif not (is_unplugged and plan.begun) and distance(known.sessions, plan.sessions) >= MOVES:
            told = replace(told, plan=plan)
            has_moved = not settings.is_by_day or lost(known.sessions, plan.sessions) >= MOVES
            news = [News.MOVED] if known.sessions and has_moved else []
        if plan.stalled_at not in (None, self.stalled_at):
            told = replace(told, stalled_at=plan.stalled_at)
            news.append(News.STALLED)
        if _is_short(plan, settings.need) and plan.window.end != self.short_by:
            told = replace(told, short_by=plan.window.end)
            news.append(News.INCOMPLETE)
        return told, news


def _is_short(plan: Plan, need: Need | None) -> bool:
    """Tell whether so much doesn't fit that somebody should know."""
    least = need.noticeable if isinstance(need, LiveNeed) else _MINUTE
    return plan.stalled_at is None and plan.shortfall >= least
