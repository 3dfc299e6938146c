"""Comparisons with other tariffs: what a home's meter would have cost there."""
