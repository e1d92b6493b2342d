"""Sensing: things, their datastreams, and whoever sends readings."""
