"""The process that runs the live rules over the log of readings."""
