"""Who gets what: hard constraints, a ranking whose parts are shown, an optimum with its gap."""
