"""Pure rules of warnings."""
