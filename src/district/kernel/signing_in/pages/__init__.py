"""Pages of signing in: the code after the password, one's own settings, an administrator's."""
