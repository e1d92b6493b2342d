"""Cases: declared types, one way to change them, clocks, co-handling, merging, call-back."""
