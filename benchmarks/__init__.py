"""What we claim about speed, politeness and size, measured."""
