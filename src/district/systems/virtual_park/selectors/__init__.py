"""All reads of the virtual park."""
