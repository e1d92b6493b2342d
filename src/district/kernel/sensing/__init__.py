"""What is measured: datastreams, the log of readings, rules and episodes."""
