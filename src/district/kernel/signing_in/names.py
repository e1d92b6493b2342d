"""Keys that signing in declares and uses."""

CHANGE = "signing_in.second_factor.change"
RESET = "signing_in.second_factor.reset"
END_SESSION = "signing_in.session.end"
