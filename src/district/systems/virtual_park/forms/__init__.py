"""Forms of the virtual park; what they mean is checked by the services."""
