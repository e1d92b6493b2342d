"""Supply and demand by stated conditions: populations, verdicts, assignments."""
