"""What other parts may use of reports.

Every service takes `actor=` and authorises it; every selector leaves that to its caller
(`organisation.authorise(actor, "reports.draft.view")`).
"""

from district.kernel.reports.addresses import draft_url, passage_url
from district.kernel.reports.models import (
    Change,
    ChangeState,
    Draft,
    DraftState,
    Passage,
    RollOver,
    Section,
    Slot,
    SlotSource,
)
from district.kernel.reports.outlooks import declare_outlook
from district.kernel.reports.rights import owned
from district.kernel.reports.rules.manuscript import (
    Annex,
    Chart,
    Heading,
    Manuscript,
    Number,
    Paragraph,
    Table,
)
from district.kernel.reports.rules.outcome import Outlook
from district.kernel.reports.rules.words import Stretch
from district.kernel.reports.selectors.drafts import (
    ChapterView,
    DraftView,
    changes_of,
    chapter_of,
    chapter_view,
    document_of,
    draft_by_id,
    draft_view,
    drafts,
    passage_by_id,
    reports_to_draft,
    roll_over_of,
    stretches_of,
)
from district.kernel.reports.selectors.manuscripts import (
    manuscript_of,
    number_of,
    plain_text,
    runs_of,
    stale_slots,
)
from district.kernel.reports.selectors.staleness import (
    StalePassage,
    StaleSlot,
    filings_to_cite,
    stale_passages,
)
from district.kernel.reports.services.deciding import approve_draft, drop_draft
from district.kernel.reports.services.drafting import make_draft, title_for
from district.kernel.reports.services.editing import (
    accept_change,
    propose_change,
    reject_change,
    undo_change,
)
from district.kernel.reports.services.following import take_all_new, take_new
from district.kernel.reports.services.rolling import ask_roll_over
from district.kernel.reports.subjects import draft_subject

__all__ = [
    "Annex",
    "Change",
    "ChangeState",
    "ChapterView",
    "Chart",
    "Draft",
    "DraftState",
    "DraftView",
    "Heading",
    "Manuscript",
    "Number",
    "Outlook",
    "Paragraph",
    "Passage",
    "RollOver",
    "Section",
    "Slot",
    "SlotSource",
    "StalePassage",
    "StaleSlot",
    "Stretch",
    "Table",
    "accept_change",
    "approve_draft",
    "ask_roll_over",
    "changes_of",
    "chapter_of",
    "chapter_view",
    "declare_outlook",
    "document_of",
    "draft_by_id",
    "draft_subject",
    "draft_url",
    "draft_view",
    "drafts",
    "drop_draft",
    "filings_to_cite",
    "make_draft",
    "manuscript_of",
    "number_of",
    "owned",
    "passage_by_id",
    "passage_url",
    "plain_text",
    "propose_change",
    "reject_change",
    "reports_to_draft",
    "roll_over_of",
    "runs_of",
    "stale_passages",
    "stale_slots",
    "stretches_of",
    "take_all_new",
    "take_new",
    "title_for",
    "undo_change",
]
