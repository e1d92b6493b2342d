"""Tests of following the log, of episodes and of what becomes of them."""
