"""Comparisons with other tariffs, in a home with a real recorder."""
