"""Readings over MQTT: a small client of our own that reads in bulk and acknowledges by hand."""
