"""Services of policies."""
