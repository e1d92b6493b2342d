"""All writes of the virtual park."""
