"""Names that the parts of policies share."""

from datetime import timedelta

from district.kernel.base.tickets import Tickets
from district.kernel.history.public import Actor

VIEW = "policies.policy.view"
VIEW_DRAFT = "policies.draft.view"
SAVE = "policies.policy.save"
PUBLISH = "policies.policy.publish"
CONSULT = "policies.draft.consult"
ANSWER = "policies.draft.answer"
PUSH = "policies.push.send"
VIEW_PUSHES = "policies.push.view"
NOTE_READ = "policies.push.read"
CONSENT = "policies.consent.save"
LIMIT = "policies.limit.save"
VIEW_RECIPIENT = "policies.recipient.view"
SAVE_RECIPIENT = "policies.recipient.save"
READ_RECIPIENT = "policies.recipient.read"
ERASE_RECIPIENT = "policies.recipient.erase"
COUNT_RECIPIENTS = "policies.recipient.count"
VIEW_NOTICE = "policies.notice.view"
NOTE_OUTCOME = "policies.notice.note"
READ_APPLICANT = "policies.applicant.read"

#: Whoever may see enterprises, as system enterprises declares it.
VIEW_ENTERPRISES = "enterprises.enterprise.view"

#: The case types of an application: of an enterprise, of a person.
APPLICATION = "policy_application"
SUBSIDY_APPLICATION = "subsidy_application"

#: Registers, and how history calls their rows. People are matched under the key of their register.
POLICIES = "policies"
PUSHES = "policies-pushes"
CONSENTS = "policies-consents"
RECIPIENTS = "policies-recipients"
NOTICES = "policies-notices"
POLICY = "policies.policy"
RUN = "policies.run"
CONSENT_OF = "policies.consent"
LIMIT_OF = "policies.limit"
RECIPIENT = "policies.recipient"
NOTICE = "policies.notice"
REGISTER_OF_RECIPIENTS = "policies.recipients"

#: Messages that the outbox carries.
PUBLISHED = "policies.published"
PUSHED = "policies.pushed"

#: What residents send on public pages.
TICKETS = Tickets("policies.subsidy", "subsidy", "subsidy code")

#: The system's own jobs.
SYSTEM = Actor.system("policies")

#: What amounts are in; a unit is data and is not translated.
MONEY = "万元"

#: So many comparisons a policy's condition may have: more could not be opened as rows.
MOST_COMPARISONS = 40

#: So long somebody who has left the district stays on record, for what is still to be paid.
KEPT_AFTER_LEAVING = timedelta(days=730)
