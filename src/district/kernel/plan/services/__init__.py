"""All writes of the plan: one named, transactional, authorised, recorded function each."""
