"""The forms of an entry."""
