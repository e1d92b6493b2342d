"""The files of applications: all of them for whoever checks the form, few for reviewers."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.cases.public import said
from district.systems.scenarios.models import Application, Paper, Review
from district.systems.scenarios.rules.schemes import PaperKind, Scheme
from district.systems.scenarios.selectors.recognition import scheme_in


def paper_kind(scheme: Scheme, key: str) -> PaperKind:
    """The kind of that key; what the scheme does not name is of the last one, which is open to
    anything and shown to no reviewer."""
    known = {one.key: one for one in scheme.paper_kinds}
    return known.get(key, scheme.paper_kinds[-1])


def papers_of(application: Application) -> list[Paper]:
    """All files of an application, the first first. One query."""
    rows = Paper.objects.filter(application=application).select_related("attachment")
    return list(rows.order_by("attachment__at", "pk"))


def missing_kinds(scheme: Scheme, papers: list[Paper]) -> list[str]:
    """The labels of the kinds that the scheme demands and that no file is of."""
    have = {one.kind for one in papers}
    return [said(one.label) for one in scheme.papers if one.required and one.key not in have]


def _may_be_shown(paper: Paper, scheme: Scheme) -> bool:
    """Whether reviewers may see a file: the scheme says that its kind tells nobody's name, whoever
    checks the form has looked at it, and it is a picture of our own making, without anything
    that is not seen. Of all others not even the name is shown."""
    kind = paper_kind(scheme, paper.kind)
    return kind.anonymous and paper.cleared and paper.attachment.is_image


def papers_for_reviewers(application: Application, scheme: Scheme) -> list[tuple[str, Paper]]:
    """What reviewers see of the files: the label of the kind, and the picture, which bears no name.
    One query."""
    return [
        (said(paper_kind(scheme, one.kind).label), one)
        for one in papers_of(application)
        if _may_be_shown(one, scheme)
    ]


def paper_for_reviewer(review: Review, paper_id: UUID | str) -> Paper:
    """A picture of the application under review; NotFound for what reviewers may not see."""
    application = review.application
    rows = Paper.objects.filter(application=application, pk=paper_id)
    found = rows.select_related("attachment").first()
    if found is None or not _may_be_shown(found, scheme_in(application.round)):
        raise NotFound(_("没有这份材料。"))
    return found
