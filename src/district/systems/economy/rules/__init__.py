"""Pure rules of the economy: no database, no clock."""
