"""The virtual park: what an enterprise does with the district by itself."""
