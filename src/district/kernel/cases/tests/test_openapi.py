"""The API held to its own description: what schemathesis makes of it is answered as it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from district.kernel.base.tests.malicious import drawn, written
from district.kernel.cases.models import Case
from district.kernel.cases.services import perform
from district.kernel.cases.tests.conftest import MakeCase, People
from district.kernel.cases.tests.conftest import signed_in as signed_in_as
from district.kernel.cases.types import case_type_of
from district.kernel.organisation.public import Member
from district.kernel.registers.public import registers

# Cookie and header alike, as a page's script sends them.
TOKEN = "a" * 32


@pytest.fixture
def signed_in(people: People) -> Iterator[Any]:
    """The product as the duty officer's browser reaches it: with the session on every request."""
    user = User.objects.create_user("duty")
    Member.objects.filter(pk=people.desk.id).update(user=user)
    client = Client()
    client.force_login(user)
    cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={TOKEN}"
    inner = WSGIHandler()

    def app(environ: dict[str, Any], start_response: Any) -> Any:
        return inner({**environ, "HTTP_COOKIE": cookies, "HTTP_X_CSRFTOKEN": TOKEN}, start_response)

    # A request's end would close the connection that this test's rows live on.
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield app
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def known(reported: MakeCase, people: People) -> Case:
    """A case that there is, for some of what is made up to find."""
    case = reported().case
    return perform(case.pk, "dispatch", actor=people.desk, data={"lead_unit": "901"})


@pytest.fixture
def described(signed_in: Any, known: Case) -> Any:
    """The API as it describes itself."""
    return schemathesis.openapi.from_wsgi("/api/openapi.json", signed_in)


_HEALTH = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]


@pytest.mark.slow
@pytest.mark.django_db
def test_the_api_answers_as_it_says_and_never_fails(described: Any, known: Case) -> None:
    operations = [found.ok() for found in described.get_all_operations()]
    assert {"/api/cases/{case_id}", "/api/cases/", "/api/registers/{key}"} <= {
        operation.path for operation in operations
    }
    for operation in operations:
        for mode in GenerationMode:

            @settings(max_examples=10, deadline=None, suppress_health_check=_HEALTH)
            @given(
                case=operation.as_strategy(generation_mode=mode),
                real=st.none() | st.sampled_from(sorted(case_type_of("request").moves)),
            )
            def answers(case: Any, real: str | None) -> None:
                if real is not None:
                    _make_real(case, known, real)
                checks = [not_a_server_error, response_schema_conformance]
                if case.path.startswith("/api/cases"):
                    checks += [status_code_conformance, content_type_conformance]
                case.validate_response(case.call(), checks=checks)

            answers()


FILE = st.tuples(
    st.sampled_from(["a.jpg", "../x.png", "照片", "a\x00.jpg", "x" * 300, "a.xlsx"]),
    st.binary(max_size=60) | st.sampled_from([b"", written(drawn()), b"<html>"]),
)


@pytest.mark.django_db
def test_files_where_nobody_asked_for_them_are_answered_by_the_api(
    people: People, known: Case, folder: Path
) -> None:
    """Every operation, also those that take no body, given a form with a file."""
    client = signed_in_as(people.desk)
    paths = client.get("/api/openapi.json").json()["paths"]
    assert "/api/cases/{case_id}/actions" in paths
    for path, operations in paths.items():
        where = path.replace("{case_id}", str(known.pk)).replace("{key}", "cases-request")
        where = re.sub(r"\{[^}]*\}", str(known.pk), where)
        for method in operations:
            file = SimpleUploadedFile("a.jpg", written(drawn()))
            body = encode_multipart(BOUNDARY, {"action": "dispatch", "type": "request", "f": file})
            answer = client.generic(method.upper(), where, body, content_type=MULTIPART_CONTENT)
            assert answer.status_code < 500, (method, where)


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, suppress_health_check=_HEALTH)
@given(
    files=st.lists(FILE, max_size=3),
    words=st.dictionaries(
        st.sampled_from(["do", "kind", "public", "key", "text", "lead_unit", "co_units", "reason"]),
        st.text(max_size=30) | st.sampled_from(["dispatch", "accept", "note_call", "before"]),
    ),
)
def test_files_on_the_pages_of_a_case_are_answered(
    people: People, known: Case, folder: Path, files: list[tuple[str, bytes]], words: dict[str, str]
) -> None:
    client = signed_in_as(people.desk)
    data = {name: value.encode("utf-8", "ignore").decode() for name, value in words.items()}
    for name in ("case", "case_attachments", "case_contacts"):
        uploads = [SimpleUploadedFile("a", content) for _name, content in files]
        for upload, (called, _content) in zip(uploads, files, strict=True):
            # As it is sent, not as Django's own class cleans it.
            vars(upload)["_name"] = called
        answer = client.post(reverse(name, args=[known.pk]), {**data, "files": uploads})
        assert answer.status_code < 500


def _make_real(case: Any, known: Case, action: str) -> None:
    """Aim at what there is: nothing that is made up blindly would find it."""
    path = case.path_parameters if isinstance(case.path_parameters, dict) else {}
    body = case.body if isinstance(case.body, dict) else {}
    if "case_id" in path:
        path["case_id"] = str(known.pk)
    if "key" in path:
        path["key"] = registers()[len(action) % len(registers())].key
    if "action" in body:
        body["action"] = action
    if "type" in body:
        body["type"] = "request"
