"""Factories, shared test cases and a dummy system that uses every hook."""
