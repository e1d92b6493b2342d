"""The pages of the portal and of those who look after it."""
