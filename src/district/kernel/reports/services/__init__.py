"""All writes on drafts."""
