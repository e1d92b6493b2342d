"""What other systems may use of enterprise requests: raising one, and what the form offers.

The caller knows for whom it raises a request; what the case then is and who handles it is decided
by the case type as for any other.
"""

from district.systems.enterprise_requests.names import REQUEST
from district.systems.enterprise_requests.selectors.posts import choices_of, industries
from district.systems.enterprise_requests.services.requests import NewRequest, register_request

__all__ = ["REQUEST", "NewRequest", "choices_of", "industries", "register_request"]
