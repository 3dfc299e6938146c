"""Adding and changing a comparison in its form."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
import pytest

from tests.common import Scene, set_up
from tests.octopus import AGILE, NEWER, OUTGOING, lasting, product, uk

from .common import EXPORTED, FLEXIBLE, METER, compare, read, use_grid, write

GO = "GO-VAR-22-10-14"
UNLISTED = "VAR-20-01-01"


@pytest.fixture
async def alone(compared: Scene) -> Scene:
    """A home that is set up, without a comparison."""
    octopus = compared.octopus
    octopus.products.append(product(GO, full_name="Octopus Go"))
    octopus.products.append(product(OUTGOING, direction="EXPORT"))
    octopus.lasting[GO] = [lasting("2024-10-01 00:00", None, "8.5")]
    octopus.publishing |= {UNLISTED}
    # A new meter, which isn't in the statistics yet.
    compared.home.states.async_set(METER, "1.5", {"state_class": "total_increasing"})
    compare(compared.entry)
    await set_up(compared.home, compared.entry)
    return compared


class Form:
    """The form of a comparison, as a person goes through it."""

    def __init__(self, scene: Scene) -> None:
        self._home = scene.home
        self._subentries = scene.home.config_entries.subentries
        self._entry_id = scene.entry.entry_id
        self.result: Any = None

    async def open(self, subentry_id: str | None = None) -> None:
        context: dict[str, Any] = {"source": SOURCE_USER}
        if subentry_id:
            context = {"source": "reconfigure", "subentry_id": subentry_id}
        handler = (self._entry_id, "comparison")
        self.result = await self._subentries.async_init(handler, context=context)  # type: ignore[arg-type]

    async def send(self, **answers: Any) -> dict[str, str]:
        """Answer it, wait for what follows, and return its errors."""
        self.result = await self._subentries.async_configure(self.result["flow_id"], answers)
        # The recorder must not end while it is asked for the meter of a new comparison.
        await self._home.async_block_till_done(wait_background_tasks=True)
        errors: dict[str, str] = self.result.get("errors") or {}
        return errors

    @property
    def offered(self) -> list[str]:
        selector = self.result["data_schema"].schema["product"]
        return [option["value"] for option in selector.config["options"]]


async def test_from_the_list_and_changed(home: HomeAssistant, alone: Scene) -> None:
    form = Form(alone)
    await form.open()
    # The newest first; neither one's own nor one for export.
    assert form.offered == [FLEXIBLE, GO]
    assert await form.send(product=FLEXIBLE) == {}
    [made] = alone.entry.subentries.values()
    assert made.title == "Flexible Octopus"
    assert made.data == {"product": FLEXIBLE, "product_name": "Flexible Octopus"}
    assert home.states.get("sensor.compared_with_flexible_octopus_cost_there") is not None

    await form.open(made.subentry_id)
    await write(home, METER, read(uk("2026-11-23 10:00"), uk("2026-11-23 12:00")))
    assert await form.send(product=FLEXIBLE, meter=METER) == {}
    [changed] = alone.entry.subentries.values()
    assert changed.data["meter"] == METER
    home.config_entries.async_update_subentry(alone.entry, changed, title="What we had")
    await form.open(made.subentry_id)
    assert await form.send(product=f" {GO.lower()} ") == {}
    [changed] = alone.entry.subentries.values()
    assert (changed.title, dict(changed.data)) == (
        "What we had",
        {"product": GO, "product_name": "Octopus Go"},
    )


async def test_what_cannot_be(home: HomeAssistant, alone: Scene) -> None:
    form = Form(alone)
    await form.open()
    alone.octopus.ended = {NEWER}
    alone.octopus.publishing.add("FLUX-EXPORT-23-02-14")
    for code, says in {
        AGILE: "same_tariff",
        "FLUX-EXPORT-23-02-14": "invalid_import_product",
        "no code": "invalid_import_product",
        OUTGOING: "invalid_import_product",
        "NONE-SUCH-1": "invalid_import_product",
    }.items():
        assert await form.send(product=code) == {"product": says}
    await use_grid(home)
    assert await form.send(product=FLEXIBLE) == {"meter": "no_meter"}
    await use_grid(home, METER, exported=EXPORTED)
    assert await form.send(product=FLEXIBLE, meter=EXPORTED) == {"meter": "meter_exports"}
    assert await form.send(product=FLEXIBLE, meter="sensor.none") == {"meter": "meter_unknown"}
    await write(home, "sensor.power", read(uk("2026-11-23 10:00"), uk("2026-11-23 12:00")), "W")
    assert await form.send(product=FLEXIBLE, meter="sensor.power") == {"meter": "meter_not_energy"}
    alone.octopus.fault = TimeoutError()
    assert await form.send(product=GO) == {"base": "cannot_connect"}
    alone.octopus.fault = None
    alone.octopus.prices = lambda start: None
    assert await form.send(product=UNLISTED) == {"product": "no_prices"}
    alone.octopus.prices = lambda start: "21.5"
    assert await form.send(product=UNLISTED) == {}
    [made] = alone.entry.subentries.values()
    assert made.title == f"Full name of {UNLISTED}"
