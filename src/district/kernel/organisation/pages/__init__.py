"""Pages of units and members: thin views over selectors and services."""
