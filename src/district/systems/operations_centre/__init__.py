"""The operations centres of the tree 1 + 11 + 111 + N: the live board, the duty desk, the calls."""
