"""Units, members, roles, actions and permissions."""
