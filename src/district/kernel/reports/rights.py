"""To whom a section of a draft belongs, as far as rights go."""

from __future__ import annotations

from district.kernel.organisation.public import Owned
from district.kernel.reports.models import Section


def owned(section: Section) -> Owned:
    """The unit that writes it; nobody's where none is named, so that planners alone may."""
    if section.owner is None:
        return Owned(None)
    return Owned(section.owner_id, path=section.owner.path)
