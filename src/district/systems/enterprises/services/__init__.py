"""Writes of enterprises."""
