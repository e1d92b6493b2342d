"""Reads of enterprises."""
