"""Chargers: what switches each of them, and which of the plans that share one has it."""
