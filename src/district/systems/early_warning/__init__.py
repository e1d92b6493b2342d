"""The early-warning system: forest fire, rain and water, roads, gas; the duty officer's screen."""
