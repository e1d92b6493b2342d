"""Economic operation: series, decomposition of targets, nowcast of the year."""
