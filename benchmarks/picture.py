"""Draws docs/images/week-ahead.svg: a charge that waits for a cheaper day, on modelled prices.

`python -m benchmarks.picture FILE` in the project's folder and environment. At 16:00 each day the prices
of the next day come; what the product then charges is placed by its planner, and runs until the next.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
import sys

from custom_components.octopus_agile.agile.blocks import Session, length_of, mean_price
from custom_components.octopus_agile.agile.publication import UK
from custom_components.octopus_agile.agile.rates import Rates
from custom_components.octopus_agile.agile.scenarios import Band, Past
from custom_components.octopus_agile.agile.slots import cheapest_slots
from custom_components.octopus_agile.agile.week import Choice, Outlook
from custom_components.octopus_agile.agile.windows import repeating_window

from .prices import rates

NEED = timedelta(hours=8)
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
# Plugged in on a Sunday afternoon, and needed on Friday at seven.
SUNDAY = date(2025, 5, 11)
_LEFT, _TOP, _WIDTH, _HEIGHT = 50, 60, 890, 230
_LOWEST, _HIGHEST = 0, 55

_HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 370">
<style>
text { fill: #222; font: 14px Roboto, Arial, sans-serif; }
.small { fill: #555; font-size: 12px; }
.grid { stroke: #ddd; }
.deadline { stroke: #c62828; stroke-width: 2; }
.known { fill: none; stroke: #1565c0; stroke-width: 2.5; }
.came { fill: none; stroke: #90a4ae; stroke-width: 1; }
.band { fill: url(#hatch); stroke: none; }
.middle { fill: none; stroke: #ef6c00; stroke-width: 1.5; stroke-dasharray: 5 3; }
.charge { fill: #2e7d32; }
</style>
<defs>
<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<path d="M0 0V6" stroke="#ffb74d" stroke-width="3"/>
</pattern>
</defs>
<rect width="960" height="370" fill="#fafafa"/>"""
_LEGEND = """<path class="known" d="M50 350h24"/>
<text class="small" x="80" y="354">prices that are known</text>
<rect class="band" x="240" y="343" width="24" height="14"/><path class="middle" d="M240 350h24"/>
<text class="small" x="270" y="354">what the days ahead may cost (10 to 90%), and the middle</text>
<path class="came" d="M610 350h24"/>
<text class="small" x="640" y="354">what they cost in the end</text>
<rect class="charge" x="810" y="344" width="24" height="12"/>
<text class="small" x="840" y="354">charged</text>"""


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UK).astimezone(UTC)


def charged(series: Rates, start: datetime, deadline: datetime) -> Iterator[tuple[Choice, list[Session]]]:
    """Give what is chosen each day at 16:00 until the need is met, and what runs until the next."""
    window, rest, now = repeating_window(None, time(7), UK), NEED, start
    while rest:
        until = (now.astimezone(UK) + _DAY).astimezone(UTC)
        known = series.overlapping(now - 35 * _DAY, until + 7 * _HOUR)
        usable = known.between(now, min(deadline, until + 7 * _HOUR))
        choice = Outlook(Past(known), window.until(now, deadline)).choose(rest, usable)
        found = cheapest_slots(usable, choice.now, now, deadline) if choice.now else ()
        runs = [session for session in found or () if session.start < until]
        yield choice, runs
        rest -= length_of(runs)
        now = until


def _x(at: datetime, start: datetime) -> float:
    return _LEFT + (at - start) / (5 * _DAY) * _WIDTH


def _y(pence: float) -> float:
    return _TOP + (_HIGHEST - pence) / (_HIGHEST - _LOWEST) * _HEIGHT


def _steps(slots: list[tuple[datetime, datetime, float]], start: datetime) -> str:
    """Return the points of a line that stays at each price."""
    return " ".join(
        f"{_x(at, start):.1f},{_y(pence):.1f}" for begin, end, pence in slots for at in (begin, end)
    )


def _band(band: list[Band], start: datetime) -> str:
    upper = _steps([(each.start, each.end, each.high * 100) for each in band], start)
    lower = _steps([(each.end, each.start, each.low * 100) for each in reversed(band)], start)
    middle = _steps([(each.start, each.end, each.middle * 100) for each in band], start)
    return (
        f'<polygon class="band" points="{upper} {lower}"/>\n<polyline class="middle" points="{middle}"/>'
    )


def _text(x: float, y: float, anchor: str, text: str) -> str:
    return f'<text class="small" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'


def _axes(start: datetime, deadline: datetime) -> Iterator[str]:
    for pence in range(_LOWEST, _HIGHEST + 1, 10):
        yield f'<path class="grid" d="M{_LEFT} {_y(pence):.1f}h{_WIDTH}"/>'
        yield _text(_LEFT - 6, _y(pence) + 4, "end", f"{pence}p")
    for n in range(1, 6):
        midnight = _at(SUNDAY + n * _DAY, 0)
        yield f'<path class="grid" d="M{_x(midnight, start):.1f} {_TOP}v{_HEIGHT}"/>'
        middle = midnight + (12 if n < 5 else 7) * _HOUR
        yield _text(_x(middle, start), _TOP + _HEIGHT + 32, "middle", f"{midnight.astimezone(UK):%A}")
    x = _x(deadline, start)
    yield f'<path class="deadline" d="M{x:.1f} {_TOP - 8}v{_HEIGHT + 8}"/>'
    yield _text(x, _TOP - 14, "end", "needed by Friday 07:00")


def _pence(price: Decimal | None) -> str:
    assert price is not None
    return f"{price * 100:.1f}p"


def picture() -> str:
    """Return the picture as SVG."""
    start, deadline = _at(SUNDAY, 16), _at(SUNDAY + 5 * _DAY, 7)
    series = rates(200, datetime(2025, 1, 1, tzinfo=UTC))
    known_until = _at(SUNDAY + _DAY, 23)
    prices = [(rate.start, rate.end, float(rate.price * 100)) for rate in series.between(start, deadline)]
    known = [each for each in prices if each[1] <= known_until]
    band = Past(series.overlapping(start - 35 * _DAY, known_until)).band(deadline)
    outcome = list(charged(series, start, deadline))
    runs = [session for _, sessions in outcome for session in sessions]
    at_once = cheapest_slots(series.between(start, known_until), NEED, start, known_until)
    first = outcome[0][0]
    said = f"wait, {first.odds:.0%} likely, saves about {_pence(first.expected_saving)}/kWh"
    instead = _pence(mean_price(at_once or ()))
    came = f"8 hours for {_pence(mean_price(runs))}/kWh instead of {instead} in the first night"
    bars = [
        f'<rect class="charge" x="{_x(each.start, start):.1f}" y="{_TOP + _HEIGHT + 2}" '
        f'width="{(each.end - each.start) / (5 * _DAY) * _WIDTH:.1f}" height="12"/>'
        for each in runs
    ]
    return "\n".join(
        [
            _HEAD,
            *_axes(start, deadline),
            _band(band, start),
            f'<polyline class="came" points="{_steps(prices[len(known) :], start)}"/>',
            f'<polyline class="known" points="{_steps(known, start)}"/>',
            *bars,
            f'<text x="{_LEFT}" y="24">Sunday 16:00: {said}. What came: {came}.</text>',
            _LEGEND,
            "</svg>",
        ]
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(picture() + "\n", encoding="utf-8")
