"""Scenarios: what can be done, where it is wanted, what is recognised, what has landed."""
