"""The yearly report, written from records: its words are edited, its numbers are bound."""
