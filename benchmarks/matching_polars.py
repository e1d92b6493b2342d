"""The peer of matching: the same verdicts as Polars expressions, in the best form we know.

Codes and choices are categories, so that texts are compared as numbers; sets are lists. Every
distinct comparison is evaluated once, as a column of its own; then one lazy select asks for the
three verdicts of every policy, and Polars shares what is common among them.
"""

from __future__ import annotations
