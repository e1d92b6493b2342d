"""What the words of an appeal suggest: its matter, its place, and what to hide of it."""
