"""What the duty desk declares."""
