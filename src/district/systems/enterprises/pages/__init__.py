"""The pages of enterprises."""
