"""Text search in Chinese that finds words of two characters, on both databases."""
