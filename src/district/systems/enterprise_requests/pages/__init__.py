"""The pages of enterprise requests."""
