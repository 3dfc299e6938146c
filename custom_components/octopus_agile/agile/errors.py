"""What can go wrong with the Octopus API, by what the caller should do about it."""

from datetime import timedelta


class ApiError(Exception):
    """Something is wrong with an answer. The message says what, and never where the user lives."""


class ApiUnavailable(ApiError):
    """The API can't be reached or doesn't answer as an API: try again later, blame nobody.

    `retry_after` is how long the server asked to be left alone, where it did.
    """

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        """Keep what was wrong and how long to wait."""
        super().__init__(message)
        self.retry_after = retry_after


class ApiNotFound(ApiError):
    """The API says that there is no such product or tariff."""


class ApiUnexpected(ApiError):
    """The API answered with something that can't be right, or refused the question."""
