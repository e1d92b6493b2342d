"""Sensing: things and their datastreams, from a device to the durable log and to alarms."""
