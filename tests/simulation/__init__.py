"""A hostile server and a hostile year: the real integration, a frozen clock, an independent oracle."""
