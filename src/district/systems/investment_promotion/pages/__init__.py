"""The pages of investment promotion."""
