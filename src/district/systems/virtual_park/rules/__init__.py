"""Rules of the virtual park: no database, no clock."""
