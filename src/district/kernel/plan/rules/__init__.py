"""Pure rules of the plan: no database, no clock."""
