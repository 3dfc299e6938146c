"""What each released version has written, and how this one comes to write its own."""
