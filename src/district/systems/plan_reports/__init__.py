"""The yearly report: drafted from records, edited section by section, approved."""
