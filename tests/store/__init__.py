"""What is kept on disk outlives everything, and no fault in it stops anything."""
