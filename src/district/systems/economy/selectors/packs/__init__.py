"""Packs of dispatch meetings: gathered once, read and held against what is known now."""
