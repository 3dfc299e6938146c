"""Triggers that need more than a few lines; `trigger.py` lists them all."""
