"""Plans: what they are before they begin, once they have begun, and afterwards."""
