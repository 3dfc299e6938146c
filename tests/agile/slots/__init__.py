"""The cheapest slots with pauses are the ones that trying every set of minutes finds."""
