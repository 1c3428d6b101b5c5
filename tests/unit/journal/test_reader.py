"""Who is refused now, and what happened to one person."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from sbe_scim.journal import reader
from sbe_scim.journal.reader import Row
from sbe_scim.protocol import ScimError
from sbe_scim.store import people, sources
from tests.unit.rig import GROUP, USER, Rig, group_body, user_body


def mail(address: str) -> list[dict[str, Any]]:
    return [{"value": address, "type": "work"}]


def refused(rig: Rig, source: str | None = None) -> list[tuple[str | None, str | None, int]]:
    """Source, name and number of refusals of each."""
    with rig.ports.read() as transaction:
        found = reader.refused(transaction.connection, source)
    return [(one.last.source, one.last.name, one.times) for one in found]


def history(rig: Rig, who: str) -> list[tuple[str, int]]:
    rig.journal.flush()
    with rig.ports.read() as transaction:
        connection = transaction.connection
        rows = reader.of_people(connection, who, people.same(connection, people.find(connection, who)))
    return [(row.operation, row.status) for row in rows]


def refuse(rig: Rig, name: str, kind: Any = USER, source: Any = None, **more: Any) -> None:
    body = user_body(name, **more) if kind is USER else group_body(name, **more)
    with pytest.raises(ScimError):
        rig.create(kind, body, source)


def test_who_was_refused_and_not_accepted_since_is_refused_now(rig: Rig) -> None:
    rig.create_user("ann", externalId="1", emails=mail("ann@example.org"))
    for _ in range(3):
        refuse(rig, "bob", externalId="2", emails=mail("ann@example.org"))
    refuse(rig, "ANN", source=rig.other, externalId="1")
    refuse(rig, "Achats", kind=GROUP, externalId="g", members=[{"value": "nobody"}])
    assert refused(rig) == [("staff", "bob", 3), ("other", "ANN", 1), ("staff", "Achats", 1)]
    assert refused(rig, "other") == [("other", "ANN", 1)]
    rig.create_user("bob", externalId="2", emails=mail("bob@example.org"))
    rig.create_group("Achats", externalId="g")
    assert refused(rig) == [("other", "ANN", 1)]


def test_who_is_there_is_not_refused_though_somebody_sends_them_twice(rig: Rig) -> None:
    rig.create_user("ann", externalId="1")
    refuse(rig, "ann", externalId="1")
    rig.create_user("bob")
    refuse(rig, "BOB")
    assert refused(rig) == []


def test_who_came_and_left_since_is_not_refused_and_who_is_refused_after_leaving_is(rig: Rig) -> None:
    rig.create_user("ann", emails=mail("ann@example.org"))
    refuse(rig, "bob", externalId="2", emails=mail("ann@example.org"))
    bob = rig.create_user("bob", externalId="2")["id"]
    rig.delete(USER, bob)
    assert refused(rig) == []
    refuse(rig, "bob", externalId="2", emails=mail("ann@example.org"))
    assert refused(rig) == [("staff", "bob", 2)]


def test_nobody_is_refused_by_a_source_that_was_removed(rig: Rig) -> None:
    rig.create_user("ann")
    refuse(rig, "ann", source=rig.other)
    assert refused(rig) == [("other", "ann", 1)]
    with rig.ports.write() as transaction:
        sources.remove(transaction.connection, "other")
    assert refused(rig) == []


def test_the_history_of_a_person_has_the_time_before_there_was_an_account(rig: Rig) -> None:
    ann = rig.create_user("ann", emails=mail("ann@example.org"))["id"]
    refuse(rig, "Zoé", externalId="2", emails=mail("ann@example.org"))
    zoe = rig.create_user("Zoé", externalId="2", emails=mail("zoe@example.org"))["id"]
    rig.patch(USER, zoe, {"op": "replace", "path": "title", "value": "Maire"})
    with suppress(ScimError):
        rig.patch(USER, zoe, {"op": "replace", "path": "userName", "value": "ANN"})
    rig.delete(USER, zoe)
    expected = [("create", 409), ("create", 201), ("patch", 200), ("patch", 409), ("delete", 204)]
    for who in ("ZOE\u0301", "zoe@example.org", "2", zoe, zoe.upper()):
        assert history(rig, who) == expected, who
    # By the address that was refused: whose it is, and who wanted it.
    assert history(rig, "ann@example.org") == [("create", 201), *expected]
    assert history(rig, ann) == [("create", 201)]
    assert history(rig, "nobody") == []


def test_sources_are_kept_apart(rig: Rig) -> None:
    rig.create_user("ann", externalId="1")
    rig.create_user("bob", rig.other, externalId="1")
    assert history(rig, "ann") == [("create", 201)]
    assert history(rig, "1") == [("create", 201)] * 2


def test_the_holder_of_what_is_taken_is_found(rig: Rig) -> None:
    ann = rig.create_user("Ann", emails=mail("ann@example.org"))["id"]
    refuse(rig, "ANN", source=rig.other)
    refuse(rig, "bob", source=rig.other, emails=mail("Ann@example.org"))
    refuse(rig, "", source=rig.other, externalId="3")

    def holders() -> list[str | None]:
        with rig.ports.read() as transaction:
            connection = transaction.connection
            rows: list[Row] = [one.last for one in reader.refused(connection)]
            found = [reader.holder(connection, row) for row in rows]
        return [one.id if one else None for one in found]

    assert holders() == [ann, ann, None]
    rig.delete(USER, ann)
    assert holders() == [None, None, None]
