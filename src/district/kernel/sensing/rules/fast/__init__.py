"""The vectorised execution: state arrays over all rules and groups at once. Pure; numpy only."""
