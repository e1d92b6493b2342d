"""All reads of warnings."""
