"""Documents: reports drafted from records, and one way to write any document."""
