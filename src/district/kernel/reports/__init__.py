"""Reports drafted from records, their numbers bound, and one way to write any document."""
