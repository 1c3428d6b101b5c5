"""Which values of a resource can be filtered by, and which of them stands first."""

from __future__ import annotations

from typing import Any

import pytest

from sbe_scim.store.index import index, path_number
from tests.unit.rig import USER

MAILS: list[dict[str, Any]] = [
    {"value": "a", "type": "home"},
    {"value": "b"},
    {"value": "c", "primary": True, "type": "work"},
]


def elements(mails: list[dict[str, Any]]) -> dict[int, str]:
    """The values of mail addresses by the number of their element."""
    value = path_number(None, "emails", "value")
    rows = index(USER, {"userName": "ann", "emails": mails})
    return {element: text for path, element, text in rows if path == value}


@pytest.mark.parametrize(
    ("mails", "order"),
    [
        (MAILS, ["c", "a", "b"]),
        (MAILS[:2], ["a", "b"]),
        ([MAILS[2], *MAILS[:2]], ["c", "a", "b"]),
        ([MAILS[0], MAILS[1] | {"primary": False}], ["a", "b"]),
    ],
)
def test_the_primary_element_is_number_0_and_the_others_follow_as_they_were_written(
    mails: list[dict[str, Any]], order: list[str]
) -> None:
    assert elements(mails) == dict(enumerate(order))


def test_the_parts_of_an_element_share_its_number() -> None:
    kind = path_number(None, "emails", "type")
    rows = index(USER, {"userName": "ann", "emails": MAILS})
    assert {(element, text) for path, element, text in rows if path == kind} == {(0, "work"), (1, "home")}
