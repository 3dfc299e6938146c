"""What a meter's hours would have cost is what minutes and half-hours, one by one, add up to."""
