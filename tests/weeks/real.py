"""The integration itself as the driver of a week."""

from datetime import datetime
from typing import Any, override

from tests.nights.night import Night
from tests.nights.real import Integration, settings
from tests.nights.things import Things

from .week import WEEKDAYS, Week


class Weekly(Integration):
    """Lives through a week with the real integration."""

    week: Week

    @override
    async def minute(self, reports: list[float]) -> None:
        await super().minute(reports)
        charger = self._world.charger
        if not self.week.has_charger and charger.is_on != self.in_session and not self._is_down:
            # As an automation does that follows the plan.
            self._world.call(on=self.in_session)

    @override
    def horizon(self, now: datetime) -> datetime:
        return self.week.horizon(now)

    @override
    def plan(self, night: Night, things: Things) -> dict[str, Any]:
        week = self.week
        return {
            **settings(night, things),
            "earliest_start": None if week.opens is None else f"{week.opens:%H:%M:%S}",
            "ready_by": f"{week.ready_by:%H:%M:%S}",
            "deadline": "by_day",
            "days": [WEEKDAYS[day] for day in sorted(week.days)],
            "available_days": [WEEKDAYS[day] for day in sorted(week.available)],
            "minimum": week.minimum,
            # One that is looked after each minute takes as long as all the rest.
            "charger": things.charger if week.has_charger else None,
        }
