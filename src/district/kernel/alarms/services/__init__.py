"""All writes of alarms."""
