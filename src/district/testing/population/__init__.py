"""A large district, made quickly; `making` says what it is and what of it is thin."""

from district.testing.population.making import Population, populate

__all__ = ["Population", "populate"]
