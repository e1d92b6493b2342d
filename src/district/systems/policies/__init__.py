"""Policies: what they ask for, who holds it, who was told, who applied."""
