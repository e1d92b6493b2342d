"""The dummy system's own small district, for tests of the hooks from end to end."""

from district.testing.dummy.tests.conftest import (
    actor,
    client_of,
    district,
    hold,
    lamp,
    member,
)

__all__ = ["actor", "client_of", "district", "hold", "lamp", "member"]
