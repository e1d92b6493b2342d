"""Areas and coordinate systems."""
