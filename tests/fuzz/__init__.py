"""Whatever foreign input is made of, only the answers that are documented come out."""
