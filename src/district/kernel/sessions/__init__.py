"""Sessions of log-ins: whose each is, when it ends, and ending it from elsewhere."""
