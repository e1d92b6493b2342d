"""All writes of disputes."""

from district.systems.disputes.services.carrying import carry
from district.systems.disputes.services.documents import make_document, read_document
from district.systems.disputes.services.intake import Application, open_dispute
from district.systems.disputes.services.offices import load_offices, save_centre
from district.systems.disputes.services.parties import (
    PartyGiven,
    PartyShown,
    add_party,
    read_parties,
)
from district.systems.disputes.services.retention import forget_due

__all__ = [
    "Application",
    "PartyGiven",
    "PartyShown",
    "add_party",
    "carry",
    "forget_due",
    "load_offices",
    "make_document",
    "open_dispute",
    "read_document",
    "read_parties",
    "save_centre",
]
