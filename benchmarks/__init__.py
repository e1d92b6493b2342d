"""Benchmarks: each prints a ratio or a growth curve and ends with one JSON line."""
