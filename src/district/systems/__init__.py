"""One folder per system that the district runs; see docs/add-a-system.md."""
