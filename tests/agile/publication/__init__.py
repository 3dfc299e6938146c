"""When prices are asked for."""
