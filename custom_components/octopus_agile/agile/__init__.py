"""Agile Octopus without Home Assistant: prices, their publication, and the cheapest time to use them."""
