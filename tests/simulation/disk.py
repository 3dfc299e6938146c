"""A disk in memory, and a clock of plain times: what makes simulated days cheap, and hides nothing."""

from typing import Any

import freezegun.api
from homeassistant.helpers.json import json_bytes
from homeassistant.helpers.storage import Store
from homeassistant.util.file import WriteError
from homeassistant.util.json import json_loads_object
import pytest
from pytest_homeassistant_custom_component import patch_time


class Disk:
    """What lies in `.storage`, as JSON by key; `is_full` lets nothing be written."""

    def __init__(self) -> None:
        """Begin empty."""
        self.files: dict[str, bytes] = {}
        self.is_full = False

    def read(self, key: str) -> dict[str, Any]:
        """Return what a file holds."""
        return json_loads_object(self.files[key])

    def clear(self) -> None:
        """Forget all."""
        self.files.clear()

    def spin(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Take the place of the real disk. A mock that copies and remembers everything is slow."""
        load_waiting = Store._async_load
        disk = self

        async def load(store: Store[Any]) -> Any:
            # What is still to be written is newer.
            if store._data is not None:
                return await load_waiting(store)
            if store.key not in disk.files:
                return None
            found = disk.read(store.key)
            assert found["version"] == store.version
            return found["data"]

        async def write(store: Store[Any], data: dict[str, Any]) -> None:
            if "data_func" in data:
                data["data"] = data.pop("data_func")()
            if disk.is_full:
                raise WriteError("No space left on device")
            disk.files[store.key] = json_bytes(data)

        async def remove(store: Store[Any]) -> None:
            disk.files.pop(store.key, None)

        monkeypatch.setattr(Store, "_async_load", load)
        monkeypatch.setattr(Store, "_async_write_data", write)
        monkeypatch.setattr(Store, "async_remove", remove)


def plain_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the frozen clock give plain times: freezegun makes one of its own of every sum of two.

    What asks for the time still asks the frozen clock.
    """

    def plain[T](found: T) -> T:
        return found

    monkeypatch.setattr(freezegun.api, "datetime_to_fakedatetime", plain)
    monkeypatch.setattr(patch_time, "ha_datetime_to_fakedatetime", plain)
