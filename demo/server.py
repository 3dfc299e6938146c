"""A loopback server that answers the way the public Octopus API does, as far as Agile needs it.

Shapes and rules follow recorded answers and what people who call the API report (November 2026):
lists newest first, in pages whose links keep the question; every row that overlaps the period; 400
bodies that name the field; products that have ended answer with no rows after their end, not an error.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from aiohttp import web

from .catalogue import AREAS, PRODUCTS, STANDING_CHARGE, Product
from .prices import FACTORS, SLOT, UK, Prices, outgoing, vat

type Clock = Callable[[], datetime]

PUBLICATION = time(16)
# The pricing day ends at this UK local time.
DAY_END = time(23)
MAX_PAGE_SIZE = 1500


class BadRequest(Exception):
    """A question the API refuses; `args` are the field and what is wrong with it."""


class NotFound(Exception):
    """Something that isn't there; `args` is what the API says about it."""


def create_app(
    prices: Prices, clock: Clock, *, published: bool = False, kind: str = "modelled"
) -> web.Application:
    """Return the API. `published`: tomorrow's prices are there at any time of day.

    `kind` says what sort of prices these are; it ends the name of every product that has prices, so
    that it can be seen wherever a product is named. Empty, names are as Octopus has them.
    """
    api = _Api(prices, clock, published, kind)
    tariff = "/v1/products/{code}/electricity-tariffs/{tariff}"
    app = web.Application(middlewares=[_errors])
    app.router.add_get("/v1/industry/grid-supply-points/", api.grid_supply_points)
    app.router.add_get("/v1/products/", api.products)
    app.router.add_get("/v1/products/{code}/", api.product)
    app.router.add_get(f"{tariff}/standard-unit-rates/", api.unit_rates)
    app.router.add_get(f"{tariff}/standing-charges/", api.standing_charges)
    return app


async def start(app: web.Application, port: int = 0) -> tuple[web.AppRunner, str]:
    """Serve on 127.0.0.1; return the runner, whose `cleanup` stops it, and the base URL of the API."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/v1/"


@web.middleware
async def _errors(request: web.Request, handler: Callable[[web.Request], Any]) -> web.StreamResponse:
    try:
        response: web.StreamResponse = await handler(request)
    except BadRequest as error:
        field, problem = error.args
        return web.json_response({field: [problem]}, status=400)
    except NotFound as error:
        return web.json_response({"detail": error.args[0]}, status=404)
    except web.HTTPNotFound:
        return web.json_response({"detail": "Not found."}, status=404)
    response.headers["Cache-Control"] = "max-age=300"
    return response


class _Api:
    def __init__(self, prices: Prices, clock: Clock, published: bool, kind: str) -> None:
        self._prices = prices
        self._clock = clock
        self._published = published
        self._kind = kind

    async def grid_supply_points(self, request: web.Request) -> web.Response:
        postcode = "".join(request.query.get("postcode", "").upper().split())
        if not postcode:
            return _page(request, [{"group_id": f"_{letter}"} for letter in FACTORS])
        area = postcode[: next((n for n, c in enumerate(postcode) if not c.isalpha()), None)]
        known = len(area) < len(postcode) and area in AREAS
        return _page(request, [{"group_id": f"_{AREAS[area]}"}] if known else [])

    async def products(self, request: web.Request) -> web.Response:
        wanted = {"is_business": "false", **request.query}
        historical = wanted.pop("is_historical", "false").lower() == "true"
        rows = [
            {**self._product(product), "direction": product.direction, "links": []}
            for product in sorted(PRODUCTS.values())
            if historical == (product.until is not None)
        ]
        for field in ("brand", *(name for name in wanted if name.startswith("is_"))):
            if field in wanted:
                rows = [row for row in rows if str(row.get(field)).lower() == wanted[field].lower()]
        return _page(request, rows)

    async def product(self, request: web.Request) -> web.Response:
        product = _find(request)
        letters = FACTORS if product.has_prices else {}
        now = self._clock()
        tariffs = {
            f"_{letter}": {
                "direct_debit_monthly": {
                    "code": f"E-1R-{product.code}-{letter}",
                    "standing_charge_exc_vat": float(STANDING_CHARGE),
                    "standing_charge_inc_vat": float(STANDING_CHARGE * (1 + vat(now))),
                    "links": [],
                }
            }
            for letter in letters
        }
        page = {
            **self._product(product),
            "tariffs_active_at": now.astimezone(UTC).isoformat(),
            "single_register_electricity_tariffs": tariffs,
            "dual_register_electricity_tariffs": {},
        }
        return web.json_response(page)

    async def unit_rates(self, request: web.Request) -> web.Response:
        product, letter = _find_tariff(request)
        start, end = _period(request)
        if product.constant:
            return _page(request, _constant(product, start, end, self._clock()))
        start = max(start, datetime.fromisoformat(product.since))
        end = min(end, self._horizon())
        if product.ended:
            last_day = datetime.combine(datetime.fromisoformat(product.ended), time(), UK)
            end = min(end, last_day.astimezone(UTC))
        slots = self._prices(letter, start, end, product.cap) if start < end else []
        if product.is_export:
            slots = [outgoing(letter, slot) for slot in slots]
        rows = [
            _row(slot.exc_vat, slot.inc_vat, slot.start, slot.start + SLOT) for slot in reversed(slots)
        ]
        return _page(request, rows)

    async def standing_charges(self, request: web.Request) -> web.Response:
        product, _ = _find_tariff(request)
        _, end = _period(request)
        since = datetime.fromisoformat(product.since)
        # An open row shows today's VAT for its whole span.
        inc_vat = STANDING_CHARGE * (1 + vat(self._clock()))
        return _page(request, [_row(STANDING_CHARGE, inc_vat, since, None)] if since < end else [])

    def _horizon(self) -> datetime:
        """Return the end of what is published: 23:00 of today, from 16:00 on of tomorrow, UK time."""
        now = self._clock().astimezone(UK)
        days = 1 if self._published or now.time() >= PUBLICATION else 0
        return datetime.combine(now.date() + timedelta(days=days), DAY_END, UK).astimezone(UTC)

    def _product(self, product: Product) -> dict[str, Any]:
        """Return what a product's own page and its row in the list have in common."""
        variable = {"is_variable": True, "is_green": True, "is_tracker": False, "is_prepay": False}
        ending = f" ({self._kind} prices)" if self._kind and product.has_prices else ""
        return {
            "code": product.code,
            "full_name": product.name + ending,
            "display_name": product.name.partition(" Octopus")[0] + " Octopus" + ending,
            "description": f"For the demo, with {self._kind} prices." if ending else "",
            **variable,
            "is_business": False,
            "is_restricted": False,
            "term": None,
            "available_from": product.since,
            "available_to": product.until,
            "brand": product.brand,
        }


def _find(request: web.Request) -> Product:
    product = PRODUCTS.get(request.match_info["code"])
    if product is None:
        raise NotFound("No EnergyProduct matches the given query.")
    return product


def _find_tariff(request: web.Request) -> tuple[Product, str]:
    product = _find(request)
    tariff = request.match_info["tariff"]
    letter = tariff[-1:]
    if not product.has_prices or letter not in FACTORS or tariff != f"E-1R-{product.code}-{letter}":
        raise NotFound("Not found.")
    return product, letter


def _period(request: web.Request) -> tuple[datetime, datetime]:
    """Return the period asked for; without an end, or at all, it is open there."""
    start, end = (_instant(request, field) for field in ("period_from", "period_to"))
    if start is None and end is not None:
        raise BadRequest("period_from", "This field is required when providing a `period_to`.")
    start = start or datetime.min.replace(tzinfo=UTC)
    end = end or datetime.max.replace(tzinfo=UTC)
    if start > end:
        raise BadRequest("period_from", "Must not be greater than `period_to`.")
    return start, end


def _instant(request: web.Request, field: str) -> datetime | None:
    text = request.query.get(field)
    if not text:
        return None
    try:
        instant = datetime.fromisoformat(text)
        # A time without an offset is meant as UK local time.
        return (instant if instant.tzinfo else instant.replace(tzinfo=UK)).astimezone(UTC)
    except ValueError, OverflowError:
        raise BadRequest(field, "Enter a valid date/time.") from None


def _row(
    exc_vat: Decimal, inc_vat: Decimal, valid_from: datetime, valid_to: datetime | None
) -> dict[str, Any]:
    return {
        "value_exc_vat": float(exc_vat),
        "value_inc_vat": float(inc_vat),
        "valid_from": _utc(valid_from),
        "valid_to": None if valid_to is None else _utc(valid_to),
        "payment_method": None,
    }


def _constant(product: Product, start: datetime, end: datetime, now: datetime) -> list[dict[str, Any]]:
    """Return the rows that overlap a period, newest first; export has no VAT, an open row today's."""
    since = [datetime.fromisoformat(at) for at, _ in product.constant]
    until: list[datetime | None] = [*since[1:], None]
    rows = [
        _row(price, price * (1 if product.is_export else 1 + vat(min(last or now, now))), first, last)
        for (_, price), first, last in zip(product.constant, since, until, strict=True)
        if first < end and (last is None or last > start)
    ]
    return rows[::-1]


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _page(request: web.Request, rows: list[dict[str, Any]]) -> web.Response:
    """Return one page of a list; only lists of rates and charges let the size be chosen."""
    sized = "tariff" in request.match_info
    size, number = request.query.get("page_size", "") if sized else "", request.query.get("page", "1")
    length = min(int(size), MAX_PAGE_SIZE) if size.isdecimal() and int(size) else 100
    last = max(1, -(-len(rows) // length))
    if not number.isdecimal() or not 1 <= int(number) <= last:
        raise NotFound("Invalid page.")
    page = int(number)

    def link(to: int) -> str:
        # The first page's address has no number.
        query = {key: value for key, value in request.query.items() if key != "page"}
        return str(request.url.with_query({**query, "page": str(to)} if to > 1 else query))

    return web.json_response(
        {
            "count": len(rows),
            "next": link(page + 1) if page < last else None,
            "previous": link(page - 1) if page > 1 else None,
            "results": rows[(page - 1) * length : page * length],
        }
    )
