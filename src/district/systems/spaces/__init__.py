"""Industrial space: parks to units, vacancy, demands matched to what fits, offers, land."""
