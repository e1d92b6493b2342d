"""What the duty desk reads."""
