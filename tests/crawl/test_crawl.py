"""Every page that a link leads to, as each role: it opens, costs ten statements, holds together.

One walk a role, all in one process: they are looked at together at the end. What a walk judges of
every page (links, statements, HTML, content policy, figures and their recounts) is written down
in `district.testing.crawler` and `.reading`. Some walk in English, and there no page leaves
Chinese untranslated: what is left of it is data.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, reverse

from district.testing import patterns
from district.testing.crawler import Crawl, Crawler, routes
from district.testing.demo import PEOPLE, DemoDistrict
from district.testing.reading import Reading
from district.testing.wording import Data, untranslated

# Pages are tried on both databases by their systems' own tests.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
# Pages that no link leads to, and why.
UNLINKED = {
    "healthz": "monitors ask it",
    "health_live": "monitors ask it",
    "health_ready": "monitors ask it",
    "metrics": "monitors ask it",
    "sign_in_code": "after a password, where a second factor is set up; its own tests do",
    "my_second_factor": "while a second factor is set up; its own tests do",
    "sign_in_provider": "where an identity provider is configured; its own tests have one",
    "sign_in_provider_back": "as above",
    "signed_out": "as above",
    "ui_components": "for those who write pages; answers where it is switched on",
    "areas_geojson": "for other programs; the map page asks its own data",
    "plan_counted": "offered for achievements; the walk opens the panels of targets",
    "plan_succession": "a demo's year has not rolled over; its own tests roll one over",
    "report_at": "goes on to a chapter; a number of the register leads there",
    "plan_edition_progress": "shown only while a long report is being read",
    "open311_discovery": "for other programs, as are all addresses of Open311",
    "open311_services": "for other programs",
    "open311_service": "for other programs",
    "open311_requests": "for other programs",
    "open311_request": "for other programs",
    "open311_token": "for other programs",
    "sensorthings_root": "for other programs, as is all below it",
    "sensorthings": "for other programs",
    "alarm_rule_edit": "none of these members writes rules of the units that have some",
    "alarm_warn": "shown while an alarm lasts, and a walk opens one that may be over",
    "alarm_trial": "a demo begins without any; its own tests make some",
    "alarm_trial_episode": "as above",
    "simulation_scenario": "there while a demo runs; its own tests start some",
    "case_attachment": "of the demo's cases only hazards have files",
    "case_attachment_small": "of the demo's cases only hazards have files",
    "inspections_photo": "shown where an item of an inspection failed",
    "inspections_photo_small": "shown where an item of an inspection failed",
    "inspections_result_case": "none of these members inspects and brings cases of law",
    "inspections_worker": "asked by the script of the phone page",
    "early_warning_photo": "shown where a mission brought pictures back",
    "early_warning_photo_small": "shown where a mission brought pictures back",
    "scenarios_entry_change": "none of these members keeps a list",
    "scenarios_land": "none of these members keeps a list",
    "scenarios_feedback": "none of these members keeps a list",
    "scenarios_object": "beside each name while a publicity period lasts; a walk opens one round",
    "scenarios_review_paper": "shown where a reviewed application has cleared pictures",
    "policy_applicant": "shown to the policy's own unit where a resident applied",
    "policy_recipient": "people are seen by their community and the policy's department alone",
    "policy_recipient_read": "as above",
    "policy_recipient_leave": "as above",
    "policy_recipient_erase": "as above",
    "policy_notice": "told by the community where the person lives alone",
    "policy_consult": "shown to the policy's own unit alone",
    "policy_answer": "shown to units that are consulted alone",
    "policy_edit": "shown to the policy's own unit alone",
    "policy_withdraw": "shown to the policy's own unit alone",
    "park_return_round": "shown to the unit that collects statistics alone",
    "park_return_read": "shown to the unit that collects statistics alone",
    "spaces_sign": "shown when an offer has been negotiated",
    "investment_sign": "shown where the project is in contact or in talks; a walk opens one",
    "investment_register": "shown where the project is signed; a walk opens one",
    "investment_verify": "shown where the project is registered; a walk opens one",
    "investment_visit_hold": "shown once a planned visit has begun",
    "projects_call_new": "shown to the project's street and the coordinating unit alone",
    "projects_count": "shown to the statistics unit alone",
    "economy_returns": "shown to the statistics unit alone",
    "economy_firms": "shown to the statistics unit alone",
    "economy_pack_figure": "behind computed numbers of a pack, which open no register",
    "projects_photo": "the demo's projects have no pictures",
    "projects_follow_photo": "the demo's follow-ups have no pictures",
    "projects_worker": "asked by the script of the phone page",
    "enterprises_rejected": "shown where an import left rows out",
    "disputes_file": "confidential: none of these members handles a dispute",
    "disputes_carry": "confidential: none of these members handles a dispute",
    "park_choose": "for representatives of several enterprises",
    "park_claim_approve": "shown to the unit that serves the enterprise alone",
    "park_invite_manager": "shown to units that serve enterprises alone",
    "park_mandate_end": "shown to the unit that serves the enterprise alone",
    "park_representative": "shown to the unit that serves the enterprise alone",
    "park_activity_new": "shown to units that hold activities alone",
    "park_activity_edit": "shown to the unit that holds the activity alone",
    "park_activity_cancel": "shown to the unit that holds the activity alone",
}
#: They see most between them, and walk in English; what they see the others read in Chinese.
ENGLISH = ("planner", "administrator", "nobody")
#: Those whose walks open lists in every order, as files and from every figure.
LISTS = (*ENGLISH, "officer", "duty_officer")
_LEFT: dict[str, dict[str, str]] = {}
#: The walk of a role, made once a run.
Walks = Callable[[str], Crawl]


@pytest.fixture(scope="module")
def crawled(lived_demo: DemoDistrict, lived_in: dict[str, list[str]], demo_folder: Path) -> Walks:
    recounts: dict[object, object] = {}
    written: dict[object, Crawler] = {}

    @cache
    def walk(role: str) -> Crawl:
        # Whoever may do most is looked over the shoulder twice.
        each = 2 if role == "planner" else 1
        client = lived_demo.client(role)
        if role in ENGLISH:
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        crawler = Crawler(
            client, each=each, recounts=recounts, written=written, lists=role in LISTS
        )
        found = crawler.crawl(["/", "/login/", "/home/", *lived_in.get(role, ())])
        if role in ENGLISH:
            _LEFT[role] = left_in_chinese(found)
        patterns.keep(demo_folder, role, found)
        for visit in found.visits:  # judged: a thousand parsed pages are gigabytes
            visit.reading = None
        return found

    return walk


def left_in_chinese(found: Crawl) -> dict[str, str]:
    """What is no data and not translated, with a page where it stands."""
    data = Data()
    return {
        text: visit.address
        for visit in found.visits
        # The system of the tests counts its lamps in Chinese.
        if visit.reading is not None and "dummy" not in visit.address
        for text in untranslated(visit.reading, data)
    }


@pytest.mark.parametrize("role", PEOPLE)
def test_every_page_link_and_figure_of_a_role_holds(crawled: Walks, role: str) -> None:
    problems = crawled(role).problems()
    assert not problems, "\n".join(problems)


def test_the_walks_are_long_and_count_many_figures(crawled: Walks) -> None:
    for role in set(PEOPLE) - {"nobody"}:
        found = crawled(role)
        assert len(found.visits) > 80, role
        assert found.figures > 80, role


@pytest.mark.parametrize("role", ENGLISH)
def test_no_page_leaves_chinese_untranslated(crawled: Walks, role: str) -> None:
    assert crawled(role).visits
    left = _LEFT[role]
    assert not left, "\n".join(f"{text!r} on {address}" for text, address in left.items())


def test_untranslated_words_are_told_from_data(lived_demo: DemoDistrict) -> None:
    data = Data()

    def left(body: str) -> list[str]:
        return untranslated(Reading(body.encode(), fragment=True), data)

    assert left("<p>李冬至</p><p lang='zh-CN'>请填写姓名</p>") == []
    assert left("<p>请填写姓名</p>") == ["请填写姓名"]
    assert left("<p>共 5 条</p>") == ["共 5 条"]
    assert left("<button aria-label='保存'>x</button>") == ["保存"]


def test_every_page_of_the_product_is_reached_by_links(
    lived_demo: DemoDistrict, crawled: Walks
) -> None:
    reached = set().union(*(crawled(role).routes for role in PEOPLE))
    client = lived_demo.client("administrator")
    missed = [
        route
        for route, pattern in routes().items()
        if route not in reached
        and not route.startswith(("api/", "dummy/", "i18n/"))
        and pattern.name not in UNLINKED
        # Pages for representatives; tests of virtual_park open every one of them.
        and not getattr(pattern.callback, "park_right", "")
        and _answers_get(client, pattern)
    ]
    assert not missed, "\n".join(missed)


def _answers_get(client: Client, pattern: URLPattern) -> bool:
    """Whether it is a page at all and not only the address of a form."""
    samples = {"uuid": uuid4(), "int": 1, "str": "x", "slug": "x", "path": "x"}
    kinds = {name: type(c).__name__ for name, c in pattern.pattern.converters.items()}
    values = {
        name: next(value for word, value in samples.items() if word in kind.lower())
        for name, kind in kinds.items()
    }
    # Audit's names stand under a namespace of their own.
    space = "audit:" if ".audit." in pattern.callback.__module__ else ""
    return client.get(reverse(f"{space}{pattern.name}", kwargs=values)).status_code != 405
