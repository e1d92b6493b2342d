"""Reports, statements, commitments, target adjustments and terms."""
