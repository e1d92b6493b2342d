"""Tests of what the parts of sensing share."""
