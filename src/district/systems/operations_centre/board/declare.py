"""What the live board declares."""
