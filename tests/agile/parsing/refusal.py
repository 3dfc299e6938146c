"""What parsing says of an answer that it refuses."""

from collections.abc import Callable
from typing import Any

import pytest

from custom_components.octopus_agile.agile.errors import ApiUnexpected


def refusal(parse: Callable[[], Any]) -> str:
    with pytest.raises(ApiUnexpected) as caught:
        parse()
    return str(caught.value)
