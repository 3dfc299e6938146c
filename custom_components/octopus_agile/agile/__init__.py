"""Agile Octopus without Home Assistant: prices, when they come, and the cheapest time to use them."""
