"""Workbooks of the statistics bureau: layouts as data, and what is wrong with a sheet. Pure."""
