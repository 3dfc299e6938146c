"""What the alternatives' servers answer, modelled; they count the requests."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
import json
import re
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.test_util.aiohttp import (
    AiohttpClientMocker,
    AiohttpClientMockResponse,
)
from yarl import URL

from benchmarks.home import modelled_price

_CET = ZoneInfo("Europe/Oslo")
# When the day-ahead auction's prices are there, CET.
_PUBLISHED = time(12, 45)
_QUARTER, _HOUR = timedelta(minutes=15), timedelta(hours=1)


class Server:
    """Answers all requests to one host with what `answer` makes of a query; counts them."""

    def __init__(
        self, mocker: AiohttpClientMocker, pattern: str, answer: Callable[[URL], dict[str, Any] | None]
    ) -> None:
        """Answer addresses that match a pattern. None is an empty answer (204)."""
        self.count = 0
        self._answer = answer
        mocker.get(re.compile(pattern), side_effect=self._respond)

    async def _respond(self, method: str, url: URL, data: Any) -> AiohttpClientMockResponse:
        self.count += 1
        found = self._answer(url)
        return AiohttpClientMockResponse(
            method,
            url,
            status=204 if found is None else 200,
            response=json.dumps(found).encode(),
            headers={"Content-Type": "application/json"},
        )


def nord_pool(mocker: AiohttpClientMocker) -> Server:
    """Quarter-hours of a day, CET, once they are published."""

    def answer(url: URL) -> dict[str, Any] | None:
        day, area = date.fromisoformat(url.query["date"]), url.query["deliveryArea"]
        if not _is_published(day):
            return None
        start, end = _span(day)
        quarters = list(_steps(start, end, _QUARTER))
        prices = [_euros(at) for at in quarters]
        return {
            "deliveryDateCET": day.isoformat(),
            "updatedAt": f"{start - 11 * _HOUR:%Y-%m-%dT%H:%M:%SZ}",
            "currency": url.query["currency"],
            "exchangeRate": 1,
            "areaStates": [{"state": "Final", "areas": [area]}],
            "areaAverages": [{"areaCode": area, "price": round(sum(prices) / len(prices), 2)}],
            "multiAreaEntries": [
                {
                    "deliveryStart": _z(at),
                    "deliveryEnd": _z(at + _QUARTER),
                    "entryPerArea": {area: price},
                }
                for at, price in zip(quarters, prices, strict=True)
            ],
            "blockPriceAggregates": [
                _block("Off-peak 1", area, start, start + 8 * _HOUR),
                _block("Peak", area, start + 8 * _HOUR, start + 20 * _HOUR),
                _block("Off-peak 2", area, start + 20 * _HOUR, end),
            ],
        }

    return Server(mocker, r"^https://dataportal-api\.nordpoolgroup\.com/", answer)


def _block(name: str, area: str, start: datetime, end: datetime) -> dict[str, Any]:
    prices = [_euros(at) for at in _steps(start, end, _QUARTER)]
    summary = {"average": round(sum(prices) / len(prices), 2), "min": min(prices), "max": max(prices)}
    return {
        "blockName": name,
        "deliveryStart": _z(start),
        "deliveryEnd": _z(end),
        "averagePricePerArea": {area: summary},
    }


def easy_energy(mocker: AiohttpClientMocker) -> Server:
    """Hours of electricity and a day of gas, once they are published."""

    def answer(url: URL) -> dict[str, Any]:
        first = date.fromisoformat(url.query["start"])
        last = date.fromisoformat(url.query["end"]) - timedelta(days=1)
        step = _HOUR if url.query["type"] == "electricity" else timedelta(days=1)
        prices = []
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            if _is_published(day):
                start, end = _span(day)
                prices += [_interval(at, min(at + step, end)) for at in _steps(start, end, step)]
        return {"prices": prices}

    return Server(mocker, r"^https://price-graph\.mijn\.easyenergy\.com/", answer)


def _interval(start: datetime, end: datetime) -> dict[str, Any]:
    price = _euros(start) / 1000
    figures = dict.fromkeys(("energyTax", "purchasePrice", "invoicePrice", "average", "averageInc"), 0.1)
    return {
        "from": _z(start),
        "until": _z(end),
        "price": price,
        "priceIncVat": round(price * 1.21, 6),
        "unit": "kWh",
        "granularity": "hour",
        **figures,
    }


def _is_published(day: date) -> bool:
    since = datetime.combine(day - timedelta(days=1), _PUBLISHED, _CET)
    return dt_util.utcnow() >= since


def _span(day: date) -> tuple[datetime, datetime]:
    days = (datetime.combine(each, time(), _CET) for each in (day, day + timedelta(days=1)))
    start, end = (each.astimezone(UTC) for each in days)
    return start, end


def _steps(start: datetime, end: datetime, step: timedelta) -> list[datetime]:
    return [start + number * step for number in range(-((start - end) // step))]


def _euros(at: datetime) -> float:
    """Return a price in EUR/MWh that goes with ours."""
    return round(float(modelled_price(at)) * 10, 2)


def _z(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
