"""Who attaches files to cases, and who sees them: members and reporters."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from district.kernel.base.errors import Conflict, NotFound, NotPermitted
from district.kernel.cases.models import Case, CaseAttachment
from district.kernel.cases.selectors import (
    attachment_for,
    case_detail,
    reporter_attachment,
    reporter_attachments,
)
from district.kernel.cases.services import Contact, attach, join_case, perform
from district.kernel.cases.services.doing import CASES
from district.kernel.cases.tests.conftest import PUBLIC, MakeCase, People
from district.kernel.cases.tests.test_attachments import PHOTO, photo, reporter_of
from district.kernel.history.public import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]

Who = Callable[[People], Actor]


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (lambda p: p.east, True),
        (lambda p: p.east_head, True),
        (lambda p: p.desk, True),
        (lambda p: CASES, True),
        (lambda p: p.west, False),
        (lambda p: p.water, False),
        (lambda p: p.community, False),
        (lambda p: p.leader, False),
        (lambda p: p.viewer, False),
        (lambda p: PUBLIC, False),
    ],
)
def test_whoever_may_act_on_the_case_at_its_stage_may_attach(
    handling: Case, people: People, who: Who, may: bool
) -> None:
    if may:
        attach(handling.pk, [PHOTO], actor=who(people))
    else:
        with pytest.raises(NotPermitted):
            attach(handling.pk, [PHOTO], actor=who(people))
    assert CaseAttachment.objects.exists() == may
    if who(people).kind == "member" and may:
        assert case_detail(handling.pk, who(people)).may_attach


def test_a_unit_whose_turn_is_over_attaches_no_more_and_a_co_unit_may(
    reported: MakeCase, people: People
) -> None:
    case = reported().case
    data = {"lead_unit": "901", "co_units": ["9-D01"]}
    perform(case.pk, "dispatch", actor=people.desk, data=data)
    perform(case.pk, "accept", actor=people.east)
    attach(case.pk, [photo(1)], actor=people.water)
    perform(case.pk, "finish_part", actor=people.water, data={"text": "已配合"})
    perform(case.pk, "finish", actor=people.east, data={"result": "好了"})
    for actor in (people.east, people.water):
        with pytest.raises(NotPermitted):
            attach(case.pk, [photo(2)], actor=actor)
    attach(case.pk, [photo(2)], actor=people.desk)


def test_a_unit_that_the_report_is_about_neither_attaches_nor_sees(
    reported: MakeCase, people: People
) -> None:
    case = reported(complained_unit="901").case
    (row,) = attach(case.pk, [PHOTO], actor=people.desk)
    Case.objects.filter(pk=case.pk).update(lead_unit="901", stage="handling")
    for actor in (people.east, people.east_head, people.community):
        with pytest.raises(NotPermitted, match="涉及您的单位"):
            attach(case.pk, [photo(1)], actor=actor)
        with pytest.raises(NotFound):
            attachment_for(case.pk, row.pk, actor)


def test_whoever_may_see_the_case_sees_its_files_and_nobody_else(
    handling: Case, reported: MakeCase, people: People
) -> None:
    (row,) = attach(handling.pk, [PHOTO], actor=people.east)
    for actor in (people.east, people.east_head, people.desk, people.leader):
        assert attachment_for(handling.pk, row.pk, actor) == row
    for actor in (people.west, people.water, people.viewer, PUBLIC):
        with pytest.raises(NotFound):
            attachment_for(handling.pk, row.pk, actor)
    other = reported(text="另一处路灯不亮").case
    with pytest.raises(NotFound):
        attachment_for(other.pk, row.pk, people.desk)


def test_what_the_reporter_of_a_confidential_case_attached_is_for_the_desk_alone(
    reported: MakeCase, people: People
) -> None:
    done = reported(is_confidential=True)
    case, reporter = done.case, reporter_of(done.code, done.case)
    (theirs,) = attach(case.pk, [photo(1)], actor=PUBLIC, reporter=reporter)
    perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})
    (ours,) = attach(case.pk, [photo(2)], actor=people.east)
    assert [row.pk for row in case_detail(case.pk, people.desk).files] == [theirs.pk, ours.pk]
    assert attachment_for(case.pk, theirs.pk, people.desk) == theirs
    for actor in (people.east, people.leader):
        assert [row.pk for row in case_detail(case.pk, actor).files] == [ours.pk]
        with pytest.raises(NotFound):
            attachment_for(case.pk, theirs.pk, actor)


# Reporters ---------------------------------------------------------------------------------


def test_a_reporter_attaches_by_their_code_until_the_case_is_over(
    reported: MakeCase, people: People
) -> None:
    done, other = reported(), reported(text="西边路灯不亮")
    reporter = reporter_of(done.code, done.case)
    (row,) = attach(done.case.pk, [PHOTO], actor=PUBLIC, reporter=reporter)
    assert (row.actor_kind, row.actor_id, row.actor_name) == ("public", str(reporter.pk), "")
    assert row.public
    with pytest.raises(NotPermitted):
        attach(other.case.pk, [PHOTO], actor=PUBLIC, reporter=reporter)
    Case.objects.filter(pk=done.case.pk).update(stage="closed", category="done")
    with pytest.raises(Conflict, match="已经结束"):
        attach(done.case.pk, [photo(1)], actor=PUBLIC, reporter=reporter)


def test_a_reporter_sees_their_own_files_and_those_meant_for_them(
    handling: Case, reported: MakeCase, people: People
) -> None:
    done = reported(text="西边路灯不亮")
    joined = join_case(done.case.pk, text="我也看到了", contact=Contact("李四"), actor=PUBLIC)
    one, two = (reporter_of(code, done.case) for code in (done.code, joined.code))
    (mine,) = attach(done.case.pk, [photo(1)], actor=PUBLIC, reporter=one)
    (hers,) = attach(done.case.pk, [photo(2)], actor=PUBLIC, reporter=two)
    (meant,) = attach(done.case.pk, [photo(3)], actor=people.desk, public=True)
    (inner,) = attach(done.case.pk, [photo(4)], actor=people.desk)
    assert {row.pk for row in reporter_attachments(one)} == {mine.pk, meant.pk}
    assert {row.pk for row in reporter_attachments(two)} == {hers.pk, meant.pk}
    assert reporter_attachment(one, meant.pk) == meant
    for hidden in (hers, inner):
        with pytest.raises(NotFound):
            reporter_attachment(one, hidden.pk)
    perform(done.case.pk, "merge", actor=people.desk, data={"into": handling.number})
    (fixed,) = attach(handling.pk, [photo(5)], actor=people.east, public=True)
    attach(handling.pk, [photo(6)], actor=people.east)
    merged = reporter_of(done.code, done.case)
    assert {row.pk for row in reporter_attachments(merged)} == {mine.pk, meant.pk, fixed.pk}
