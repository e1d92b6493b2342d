"""Pure rules of alarms: no database, no clock."""
