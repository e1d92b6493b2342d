"""A file of a million rows: read and checked in columns, written in batches.

The register's ordinary import goes row by row through a service; this one exists because a whole
register comes as one file. It stands beside that one, to the same result: rows are believed or
not by `rules.resolving`.
"""
