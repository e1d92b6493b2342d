"""The OGC SensorThings 1.1 interface over HTTP."""
