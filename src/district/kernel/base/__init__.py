"""What every kernel part shares: the clock, exact numbers, errors, paging-free helpers."""
