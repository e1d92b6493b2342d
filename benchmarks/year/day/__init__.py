"""A working day replayed over an installation, faster than it is lived, all sources at once."""
