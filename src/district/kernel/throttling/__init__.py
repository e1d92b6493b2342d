"""Throttling: how often somebody may do a thing that needs no log-in."""
