"""Chargers that the integration switches."""
