"""The rules on Apache Spark, over the sealed segments of the log: for more than one machine.

`keyed` is what happens to a share of the groups, without Spark; `streaming` is the query.
"""
