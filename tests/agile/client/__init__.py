"""The client: what it asks for, and how it bears what comes back."""
