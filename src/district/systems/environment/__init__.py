"""Air, rivers, noise and night permits, waste sorting, estates without direct discharge."""
