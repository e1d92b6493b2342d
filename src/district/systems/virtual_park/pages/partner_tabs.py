"""The tabs of the pages about suppliers and buyers."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """Label, address and whether it is the page, for find, requests, products."""
    found = (
        ("find", _("找伙伴"), "park_partners"),
        ("requests", _("对接请求"), "park_partner_requests"),
        ("products", _("我的产品"), "park_products"),
    )
    return [(label, reverse(name), key == current) for key, label, name in found]
