"""Pure rules of supervision: the declared flow, and its lint."""
