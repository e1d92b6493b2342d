"""Names that the parts of the virtual park share."""

from district.kernel.history.public import Actor

#: The case type of a claim to represent an enterprise.
CLAIM = "park_claim"

VIEW_FIRMS = "virtual_park.firm.view"
APPROVE = "virtual_park.claim.approve"
INVITE = "virtual_park.firm.invite"
RESET = "virtual_park.representative.reset"
VIEW_ACTIVITY = "virtual_park.activity.view"
SAVE_ACTIVITY = "virtual_park.activity.save"
LIMIT = "virtual_park.limit.save"
VIEW_REGISTRATION = "virtual_park.registration.view"
PUT_RETURN_FORM = "virtual_park.return.put"
FOLLOW_RETURNS = "virtual_park.return.follow"
READ_RETURN = "virtual_park.return.read"
MAKE_RETURN_TABLE = "virtual_park.return.make_table"
VIEW_RETURN_TABLE = "virtual_park.return.view_table"

#: Registers.
FIRMS = "virtual_park-firms"
MANDATES = "virtual_park-mandates"
ACTIVITIES = "virtual_park-activities"
REGISTRATIONS = "virtual_park-registrations"
RETURNS = "virtual_park-returns"

#: How history calls each of them.
FIRM = "virtual_park.firm"
REPRESENTATIVE = "virtual_park.representative"
MANDATE = "virtual_park.mandate"
ACTIVITY = "virtual_park.activity"
REGISTRATION = "virtual_park.registration"
RETURN_FORM = "virtual_park.return_form"
RETURN_ROUND = "virtual_park.return_round"
RETURN = "virtual_park.return"
PARTNER_REQUEST = "virtual_park.partner_request"

#: The portal in other systems: it acts there after it has looked at the representative's role.
SYSTEM = Actor.system("virtual_park")
#: The file in which a demo keeps the log-ins of its firms.
DEMO_FIRMS = "demo-firms.json"
#: Who has not signed in.
PUBLIC = Actor.anonymous()
