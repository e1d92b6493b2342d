"""A system that exists to use every hook of the kernel in tests."""
