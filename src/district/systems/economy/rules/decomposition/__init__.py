"""A year's target taken apart over time and over the dimensions of a series. Pure.

Levels are taken apart, never growth rates, which do not add. Every number is a whole number of
quanta (ten to the power of minus `places`), so that all sums close exactly. See `cube`.
"""
