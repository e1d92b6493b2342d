"""All reads of the board."""
