"""Prices of long ago: fetched by the month, kept for good, and added to Home Assistant's statistics."""
