"""Weeks are lived through where nights are."""

from tests.nights.conftest import prices, surroundings  # noqa: F401
