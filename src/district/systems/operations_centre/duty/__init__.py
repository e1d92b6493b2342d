"""The duty desk: roster and hand-over, reports of an incident, calls that must be answered."""
