"""Weeks of a driven car whose plan has a deadline over days, in a real Home Assistant."""
