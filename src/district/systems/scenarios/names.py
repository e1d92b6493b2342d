"""Names that the parts of scenarios share."""

from district.kernel.base.tickets import Tickets
from district.kernel.history.public import Actor

VIEW = "scenarios.entry.view"
READ_CONTACT = "scenarios.entry.read_contact"
LOAD_KEEPERS = "scenarios.keeper.load"

#: Registers.
ENTRIES = "scenarios-entries"
EDITIONS = "scenarios-editions"
LINES = "scenarios-lines"

#: How history calls things.
ENTRY = "scenarios.entry"
LIST = "scenarios.list"

SYSTEM = Actor.system("scenarios")


def offer_action(kind: str) -> str:
    """The right to offer entries of a kind, and to change and withdraw them."""
    return f"scenarios.{kind}.offer"


def publish_action(key: str) -> str:
    """The right to publish a list."""
    return f"scenarios.{key}.publish"


#: The right to take up what an enterprise offered, or to refuse it.
ACCEPT = "scenarios.entry.accept"
#: A message of the outbox: what an enterprise offered was taken up or refused. Payload: `entry`,
#: `enterprise` (its credit code), `outcome` (`accepted`, `refused`).
DECIDED = "scenarios.entry.decided"
#: The right to bring in entries by a file; each is checked against its own kind besides.
OFFER_ANY = "scenarios.entry.import"

JUDGE = "scenarios.match.judge"
CONFIRM_LANDING = "scenarios.landing.confirm"
FEEDBACK = "scenarios-feedback"
LANDINGS = "scenarios-landings"
LANDING = "scenarios.landing"

#: The case type of applications.
RECOGNITION = "recognition"
#: Of applications and objections.
TICKETS = Tickets("scenarios.public", "recognition", "recognition code")
VIEW_ROUND = "scenarios.round.view"
VIEW_EXPERT = "scenarios.expert.view"
SAVE_EXPERT = "scenarios.expert.save"
REVIEW = "scenarios.review.submit"
ROUNDS = "scenarios-rounds"
EXPERTS = "scenarios-experts"
RECOGNITIONS = "scenarios-recognitions"
ROUND = "scenarios.round"
EXPERT = "scenarios.expert"
RECOGNISED = "scenarios.recognition"


def manage_action(scheme: str) -> str:
    """The right to plan rounds of a scheme and to begin their review."""
    return f"scenarios.{scheme}.manage"


def decide_action(scheme: str) -> str:
    """The right to propose, to decide objections, to publish and to revoke."""
    return f"scenarios.{scheme}.decide"
