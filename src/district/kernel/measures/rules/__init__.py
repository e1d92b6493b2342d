"""Pure rules of measures: periods, what may be done in which state, what looks implausible."""
