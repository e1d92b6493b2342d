"""What the duty desk reckons, without a database: rosters, who is on duty, how calls rise."""
