"""Rules over readings: declared as data, evaluated in event time. Pure: no database, no clock."""
