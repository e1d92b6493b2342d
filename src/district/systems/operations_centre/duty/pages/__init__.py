"""The pages of the duty desk."""
