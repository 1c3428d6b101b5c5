"""Whom the journal names: of any body that a client may send, what a database can keep."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sbe_scim.journal import Named, named
from sbe_scim.journal.named import LONGEST
from sbe_scim.protocol import InvalidValue, Unavailable, Uniqueness
from sbe_scim.store import tables
from tests.unit.http.client import receiver
from tests.unit.rig import GROUP, USER, Rig, group_body, user_body

WORK = {"value": "zoe@work.example.org", "type": "work"}
HOME = {"value": "zoe@home.example.org", "type": "home"}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"userName": "zoe", "externalId": "1", "emails": [HOME, WORK]}, Named("1", "zoe", WORK["value"])),
        ({"USERNAME": "zoe", "Emails": [{"Value": "z@x.org", "PRIMARY": "True"}, WORK]}, Named(None, "zoe", "z@x.org")),
        ({"externalId": "1", "emails": "zoe@example.org"}, Named("1", "", "zoe@example.org")),
        ({"userName": 7, "externalId": ["1"], "emails": [None, 3, {"value": {}}]}, None),
        ({"userName": "z\x00o\ud800e\n"}, Named(None, "zoe", None)),
        ({"userName": "x" * 100_000}, Named(None, "x" * LONGEST, None)),
        ({"title": "Maire"}, None),
        (["zoe"], None),
        (None, None),
    ],
)
def test_what_is_kept_of_a_body(body: Any, found: Named | None) -> None:
    assert named(USER, body) == found


def test_a_group_is_named_by_its_display_name() -> None:
    assert named(GROUP, group_body("Achats", externalId="g")) == Named("g", "Achats", None)


def names(rig: Rig) -> list[tuple[Any, ...]]:
    columns = tables.journal.c
    return rig.rows(tables.journal, columns.status, columns.reason, columns.external_id, columns.name, columns.mail)


def test_a_refused_create_is_named_whatever_refused_it(rig: Rig) -> None:
    rig.create_user("ann", emails=[{"value": "ann@example.org"}], externalId="1")
    for body in (
        user_body("bob", emails=[{"value": "ANN@example.org"}], externalId="2"),
        user_body("carl", emails=[{"value": "carl@example.org"}], externalId="1"),
    ):
        with pytest.raises(Uniqueness):
            rig.create(USER, body)
    with pytest.raises(InvalidValue):
        rig.create(USER, {"schemas": user_body("x")["schemas"], "externalId": "3", "active": "no"})
    with pytest.raises(InvalidValue):
        rig.create_group("Achats", "nobody")
    assert names(rig)[1:] == [
        (409, "mail_taken", "2", "bob", "ANN@example.org"),
        (409, "external_id_taken", "1", "carl", "carl@example.org"),
        (400, None, "3", "", None),
        (400, None, None, "Achats", None),
    ]


def test_who_is_accepted_or_only_has_to_wait_is_not_named(rig: Rig) -> None:
    id = rig.create_user("ann", externalId="1")["id"]
    rig.create_user("bob", externalId="2")
    with pytest.raises(Uniqueness):
        rig.replace(USER, id, user_body("bob"))

    def broken(*_: object) -> None:
        raise Unavailable("not now")

    rig.ports.behaviour = broken
    with pytest.raises(Unavailable):
        rig.create_user("carl", externalId="3")
    assert [(row[0], *row[2:]) for row in names(rig)] == [(status, None, None, None) for status in (201, 201, 409, 503)]


def test_a_refusal_carries_its_code_and_no_name(tmp_path: Path) -> None:
    with receiver(tmp_path) as scim:
        scim.created("/Users", user_body("amelie"))
        answer = scim.post("/Users", user_body("AMELIE"))
        assert answer.json()["reason"] == "name_taken"
        assert "amelie" not in answer.text.lower()
        lines = [str(record.__dict__) for record in scim.log.records]
    assert not any("amelie" in line.lower() for line in lines)
