"""The system's part of a demo."""
