"""Prices of long ago, and the recorder's statistics of them."""
