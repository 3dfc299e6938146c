"""Raises the repairs of an entry, and clears them when what they tell of is over."""

from datetime import datetime

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .agile.publication import is_clock_wrong, is_missing
from .const import (
    DOMAIN,
    ISSUE_CLOCK_WRONG,
    ISSUE_PRICES_MISSING,
    ISSUE_PRODUCT_WITHDRAWN,
    ISSUE_STORE_UNREADABLE,
)
from .feed import Feed

_ISSUES = (
    ISSUE_CLOCK_WRONG,
    ISSUE_PRICES_MISSING,
    ISSUE_PRODUCT_WITHDRAWN,
    ISSUE_STORE_UNREADABLE,
)


class Issues:
    """The repairs of one entry."""

    def __init__(self, hass: HomeAssistant, entry_id: str, title: str, feed: Feed) -> None:
        """Watch a feed on behalf of an entry."""
        self._hass = hass
        self._entry_id = entry_id
        self._title = title
        self._feed = feed

    @callback
    def async_look(self, now: datetime) -> None:
        """Raise or clear what the prices and the clock tell."""
        feed = self._feed
        ended = feed.successor is not None
        self._show(ISSUE_CLOCK_WRONG, when=is_clock_wrong(now, feed.rates, feed.client.server_ahead))
        self._show(ISSUE_PRICES_MISSING, when=not ended and is_missing(now, feed.rates))
        self._show(
            ISSUE_PRODUCT_WITHDRAWN,
            when=ended,
            fixable=True,
            product=feed.product,
            successor=feed.successor.full_name if feed.successor else "",
        )

    @callback
    def async_tell_of_store(self, set_aside: str) -> None:
        """Tell of a file that could not be read and was kept under another name, until a restart."""
        self._show(ISSUE_STORE_UNREADABLE, when=True, file=f".storage/{set_aside}")

    def _show(self, key: str, *, when: bool, fixable: bool = False, **placeholders: str) -> None:
        issue_id = f"{key}_{self._entry_id}"
        if not when:
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            data={"entry_id": self._entry_id},
            is_fixable=fixable,
            severity=ir.IssueSeverity.ERROR if fixable else ir.IssueSeverity.WARNING,
            translation_key=key,
            translation_placeholders={"title": self._title, **placeholders},
        )


@callback
def async_delete_issues(hass: HomeAssistant, entry_id: str) -> None:
    """Clear all repairs of an entry."""
    for key in _ISSUES:
        ir.async_delete_issue(hass, DOMAIN, f"{key}_{entry_id}")
