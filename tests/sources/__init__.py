"""The entities that charges read and switch."""
