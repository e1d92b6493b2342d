"""Pure rules of tracking: calendars, clocks, progress, lights, the ladder."""
