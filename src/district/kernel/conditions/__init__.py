"""The condition language: parse, explain, vectorise, query."""
