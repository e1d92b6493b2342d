"""What the tests of the Open311 server share: calls in both formats, and a good request."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from django.test import Client

BASE = "/appeals/open311/v2"


def get(path: str, **query: str) -> Any:
    answer = Client().get(f"{BASE}/{path}", query)
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    return answer.json()


def xml(path: str, **query: str) -> ElementTree.Element:
    answer = Client().get(f"{BASE}/{path}", query)
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    return ElementTree.fromstring(answer.content)  # noqa: S314  # our own answer


SENT = {
    "service_code": "01",
    "lat": "22.720001",
    "long": "114.251234",
    "address_string": "桥头路12号3栋李四家门口",
    "description": "李四家门口垃圾堆了三天，电话13900139000",
    "first_name": "三",
    "last_name": "张",
    "phone": "13800138000",
}


def post(status: int = 201, /, form: str = "json", **more: str) -> Any:
    answer = Client().post(f"{BASE}/requests.{form}", {**SENT, **more})
    assert answer.status_code == status, answer.content.decode()
    return answer.json() if form == "json" else ElementTree.fromstring(answer.content)  # noqa: S314  # as above
