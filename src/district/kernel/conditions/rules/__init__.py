"""The condition language itself: plain Python, no database, no clock."""
