"""Alarms: rules that run over the readings, the episodes that they raise, and what is done."""
