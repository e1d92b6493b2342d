"""A full year of a district of the size of Longgang, and every page opened over it."""
