"""Pure rules of search: how texts are folded, cut and asked for, and how hits are ranked."""
