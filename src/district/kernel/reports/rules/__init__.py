"""Pure rules of drafts: no database, no clock."""
