"""All reads of drafts. The caller has authorised `reports.draft.view`."""
