"""How an installation is watched by programs: health, readiness, metrics."""
