"""How members sign in beyond a password: a second factor, an identity provider, their sessions."""
