"""Charge plans in Home Assistant."""
