"""招商引资: leads, visits, projects signed, registered and landed, each landing verified."""
