"""What the boards of many members are told while they watch: one poller, many listeners."""
