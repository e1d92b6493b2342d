"""Messages to members, in the product and through Apprise."""
