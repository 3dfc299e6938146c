"""What switches chargers: each charger, and those of an entry."""
