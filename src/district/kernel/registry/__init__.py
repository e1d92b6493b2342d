"""Finds and validates the manifests of systems; plain Python, so settings can use it."""
