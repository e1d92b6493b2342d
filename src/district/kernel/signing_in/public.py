"""What other parts may use of signing in."""

from district.kernel.signing_in.pages.by_provider import after_sign_out, provider_name
from district.kernel.signing_in.pages.entering import finish_sign_in

__all__ = ["after_sign_out", "finish_sign_in", "provider_name"]
