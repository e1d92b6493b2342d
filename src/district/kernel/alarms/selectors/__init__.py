"""All reads of alarms."""
