"""Template tags of the virtual park."""
