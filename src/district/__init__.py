"""District: runs an urban district from its own plan report."""

__version__ = "0.1.0"
