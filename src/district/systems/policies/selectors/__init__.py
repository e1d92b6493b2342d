"""Selectors of policies."""
