"""Names that the parts of policies share."""

from district.kernel.history.public import Actor

VIEW = "policies.policy.view"
SAVE = "policies.policy.save"
PUBLISH = "policies.policy.publish"
PUSH = "policies.push.send"
VIEW_PUSHES = "policies.push.view"
NOTE_READ = "policies.push.read"
CONSENT = "policies.consent.save"
LIMIT = "policies.limit.save"

#: The case type of an application.
APPLICATION = "policy_application"

#: Registers, and how history calls their rows.
POLICIES = "policies"
PUSHES = "policies-pushes"
CONSENTS = "policies-consents"
POLICY = "policies.policy"
RUN = "policies.run"
CONSENT_OF = "policies.consent"
LIMIT_OF = "policies.limit"

#: Messages that the outbox carries.
PUBLISHED = "policies.published"
PUSHED = "policies.pushed"

#: The system's own jobs.
SYSTEM = Actor.system("policies")

#: What amounts are in; a unit is data and is not translated.
MONEY = "万元"

#: So many comparisons a policy's condition may have: more could not be opened as rows.
MOST_COMPARISONS = 40
