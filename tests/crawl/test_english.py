"""With English chosen, every page speaks English: what is left of Chinese is data."""

from __future__ import annotations

import pytest
from django.conf import settings

from district.testing.crawler import Crawler
from district.testing.demo import DemoDistrict
from district.testing.reading import Reading
from district.testing.wording import Data, untranslated

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.mark.parametrize("role", ["planner", "administrator", "nobody"])
def test_no_page_leaves_chinese_untranslated(
    demo: DemoDistrict, lived_in: dict[str, list[str]], role: str
) -> None:
    client = demo.client(role)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    found = Crawler(client, figures=False).crawl(
        ["/", "/login/", "/home/", *lived_in.get(role, ())]
    )
    data = Data()
    left = {
        text: visit.address
        for visit in found.visits
        # The system of the tests counts its lamps in Chinese.
        if visit.reading is not None and "dummy" not in visit.address
        for text in untranslated(visit.reading, data)
    }
    assert not left, "\n".join(f"{text!r} on {address}" for text, address in left.items())


def test_untranslated_words_are_told_from_data(demo: DemoDistrict) -> None:
    data = Data()

    def left(body: str) -> list[str]:
        return untranslated(Reading(body.encode(), fragment=True), data)

    assert left("<p>李冬至</p><p lang='zh-CN'>请填写姓名</p>") == []
    assert left("<p>请填写姓名</p>") == ["请填写姓名"]
    assert left("<p>共 5 条</p>") == ["共 5 条"]
    assert left("<button aria-label='保存'>x</button>") == ["保存"]
