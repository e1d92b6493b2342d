"""Warnings after CAP 1.2: received, acknowledged by named people, and issued to the public."""
