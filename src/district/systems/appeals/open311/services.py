"""A request that came over Open311 becomes a case."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.cases.public import Contact, Report, Reported, keep_picture, report_case
from district.kernel.history.public import Actor
from district.systems.appeals.names import TYPE
from district.systems.appeals.open311.catalogue import OTHER, service_of
from district.systems.appeals.open311.rules import LONGEST_DESCRIPTION, Point, Problem
from district.systems.appeals.services.photos import attach_photos


@dataclass(frozen=True)
class Submission:
    """What somebody sends: the service, where, what, who; name and phone are personal data.
    `media` are photos, name and content of each, read one after the other."""

    service_code: str
    point: Point
    address: str = ""
    description: str = ""
    name: str = ""
    phone: str = ""
    attributes: Mapping[str, str] | None = None
    key: str = ""
    media: Iterable[tuple[str, bytes]] = ()


def key_of(given: str) -> str:
    """The case's own key for what a client calls its request; "" where it calls it nothing."""
    return f"open311-{hashlib.sha256(given.encode()).hexdigest()[:48]}" if given else ""


def submit(sent: Submission) -> Reported:
    """Open a case for a submission, with its photos or not at all. The same key opens one. Raises
    Problem as the standard has it.

    The report goes through the same door as one from the page: the public's, with its rights.
    """
    service = service_of(sent.service_code)
    if service is None:
        raise Problem(404, _("没有编码为 %(code)s 的服务。") % {"code": sent.service_code[:40]})
    if not (sent.point.lat or sent.address):
        raise Problem(400, _("没有位置：请提供 lat 和 long，或 address_string。"))
    if len(sent.description) > LONGEST_DESCRIPTION:
        raise Problem(400, _("description 超过%(most)s字。") % {"most": LONGEST_DESCRIPTION})
    text = sent.description
    if not text and service.code == OTHER:
        raise Problem(400, _("请在 description 中写明情况。"))
    report = Report(
        type_key=TYPE,
        text=text or f"{service.name}：{sent.address or _('见地图位置')}",
        source="api",
        matter=service.matter,
        lon=sent.point.lon or None,
        lat=sent.point.lat or None,
        place=sent.address,
        is_anonymous=not (sent.name or sent.phone),
        facts=sent.attributes or {},
    )
    try:
        media = [keep_picture(name, content) for name, content in sent.media]
        with transaction.atomic() if media else nullcontext():
            made = report_case(
                report,
                actor=Actor.anonymous(),
                contact=Contact(sent.name, sent.phone),
                key=key_of(sent.key),
            )
            if made.code:
                attach_photos(made.case, made.code, media)
        return made
    except Invalid as error:
        field = "media" if error.field == "files" else error.field
        raise Problem(400, f"{field}: {error}") from error
