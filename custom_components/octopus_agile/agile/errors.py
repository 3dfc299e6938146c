"""What can go wrong with the Octopus API, sorted by what the caller should do about it."""

from datetime import timedelta
from typing import ClassVar


class ApiError(Exception):
    """A request failed, in one of the ways below; `kind` names it.

    The message is always our own and never repeats the response or the postcode.
    """

    kind: ClassVar[str]


class ApiUnavailable(ApiError):
    """An outage: no response, or one that isn't from the API. Try again later.

    It says nothing about the region or product. `retry_after` is how long the server asked us to
    wait, if it did.
    """

    kind = "api_unavailable"

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        """Store the message and how long to wait."""
        super().__init__(message)
        self.retry_after = retry_after


class ApiNotFound(ApiError):
    """The API has no such product or tariff."""

    kind = "no_tariff"


class ApiUnexpected(ApiError):
    """The API's response can't be right, or the API rejected our request."""

    kind = "api_unexpected"


class ApiTooLong(ApiUnexpected):
    """The response has more pages than we're ready to ask for."""
