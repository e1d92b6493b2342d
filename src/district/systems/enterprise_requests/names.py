"""Names that the parts of enterprise requests share."""

#: The keys of its case types.
REQUEST = "enterprise_request"
COMPLAINT = "business_complaint"

VIEW_VISIT = "enterprise_requests.visit.view"
SAVE_VISIT = "enterprise_requests.visit.save"
#: The register of visits, and how history calls one.
VISITS = "enterprise_requests-visits"
VISIT = "enterprise_requests.visit"
