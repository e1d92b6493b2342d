"""Owner, clock, light, urging."""
