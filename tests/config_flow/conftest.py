"""The time at which the forms are filled in."""

import pytest

from tests.common import Clock


@pytest.fixture(autouse=True)
def _now(clock: Clock) -> None:
    """All of this happens at noon on a Monday in November."""
