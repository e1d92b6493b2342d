"""Pure rules of drafts and documents: no database, no clock."""
