"""The list of enterprises looks in the index of names, and both agree after every service."""

from __future__ import annotations

import pytest

from district.kernel.search.public import index_all, matching_q, search
from district.kernel.search.services import fill_due
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.names import ENTERPRISES
from district.systems.enterprises.services import imports
from district.systems.enterprises.services.telling import tell
from district.systems.enterprises.tests.conftest import LOADER, MakeEnterprise, People, code_of
from district.systems.enterprises.tests.test_importing import as_csv, bring, row
from district.testing.moments import standing

pytestmark = pytest.mark.django_db


def found(text: str) -> set[str]:
    ids = search(ENTERPRISES, text).ids
    return set(Enterprise.objects.filter(pk__in=ids).values_list("name", flat=True))


def listed(people: People, text: str) -> str:
    page = people.client("service").get("/enterprises/", {"q": text})
    assert page.status_code == 200
    return page.content.decode()


def test_a_name_of_today_or_before_and_a_code_find_an_enterprise(
    people: People, made: MakeEnterprise
) -> None:
    index_all(ENTERPRISES)
    firm = made(name="深圳市坂田五金制品有限公司")
    made(name="深圳市平湖塑胶有限公司")
    assert found("坂田") == {"深圳市坂田五金制品有限公司"}
    with standing("2025-09-23 10:00"):
        tell(firm.pk, {"name": "深圳市龙腾精密有限公司"}, actor=LOADER, source="market_registry")
    assert found("龙腾") == found("坂田五金") == {"深圳市龙腾精密有限公司"}
    assert found(firm.code[:12]) >= {"深圳市龙腾精密有限公司"}
    page = listed(people, "坂田")
    assert "龙腾精密" in page
    assert "平湖塑胶" not in page


def test_what_a_file_brings_is_found_at_once(people: People) -> None:
    index_all(ENTERPRISES)
    bring(as_csv([row(1, 名称="深圳市布吉眼镜有限公司")]))
    assert found("眼镜") == {"深圳市布吉眼镜有限公司"}
    assert matching_q(ENTERPRISES, "眼镜") is not None


def test_until_the_worker_has_indexed_a_long_file_the_list_looks_in_the_rows(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_all(ENTERPRISES)
    monkeypatch.setattr(imports, "_TOLD_ONE_BY_ONE", 0)
    bring(as_csv([row(1, 名称="深圳市布吉眼镜有限公司")]))
    assert found("眼镜") == set()
    assert matching_q(ENTERPRISES, "眼镜") is None
    assert "布吉眼镜" in listed(people, "眼镜")
    assert fill_due() >= 1
    assert found("眼镜") == {"深圳市布吉眼镜有限公司"}
    assert matching_q(ENTERPRISES, code_of(1)) is not None
