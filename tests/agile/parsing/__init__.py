"""Parsing: what is taken from an answer, and what is refused."""
