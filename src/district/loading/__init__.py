"""Loads a district (units, areas, calendars, its report) from a folder of data."""
