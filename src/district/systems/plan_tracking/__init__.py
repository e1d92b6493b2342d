"""Plan tracking: the pages with which planners, leaders and units work with the plan."""
