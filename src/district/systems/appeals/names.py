"""Names that the parts of appeals share."""

#: The key of its case type.
TYPE = "appeal"
