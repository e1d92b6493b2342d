"""What the simulated sensors measure, as a pure function of seed, place, time and scenarios."""
