"""Rules of policies, without a database."""
