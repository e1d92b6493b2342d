"""Readings: from a device to the durable log, and from the log to alarms."""
