"""Measures with their statistical basis, values and filings."""
