"""Supervision (督办) as a declared run."""
