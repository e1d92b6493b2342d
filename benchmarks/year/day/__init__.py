"""A working day replayed over an installation, faster than it is lived, with all sources at once."""
