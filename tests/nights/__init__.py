"""Nights of cars, chargers and people, and an oracle that says what could have been made of each."""
