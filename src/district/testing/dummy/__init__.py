"""Street lamps and their faults: a small system that uses every hook of the kernel, in tests."""
