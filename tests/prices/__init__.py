"""The coordinator: prices are asked for when they are due, seldom, and never lost."""
