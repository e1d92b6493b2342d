"""Pages of investment projects: thin views."""
