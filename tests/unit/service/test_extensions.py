"""Extensions that an operator defines: written, shown, found; and kept when their file is gone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from sbe_scim.protocol import (
    DefinitionError,
    InvalidFilter,
    InvalidValue,
    Mutability,
    Projection,
    ResourceType,
    Sensitive,
    read_schema,
)
from sbe_scim.service import Query, Target
from sbe_scim.service.registering import register, registered
from sbe_scim.store import extensions, indexing, tables
from tests.unit.rig import USER_URN, Rig, user_body

URN = "urn:ietf:params:scim:schemas:extension:town:2.0:User"
ATTRIBUTES: list[dict[str, Any]] = [
    {"name": "badge", "type": "string", "caseExact": True},
    {"name": "motto", "type": "string"},
    {"name": "floors", "type": "integer", "multiValued": True},
    {"name": "rate", "type": "decimal"},
    {"name": "born", "type": "dateTime"},
    {"name": "armed", "type": "boolean"},
    {"name": "tags", "type": "string", "multiValued": True},
    {"name": "page", "type": "reference", "referenceTypes": ["external"]},
    {
        "name": "keys",
        "type": "complex",
        "multiValued": True,
        "subAttributes": [{"name": "value"}, {"name": "door", "type": "integer"}, {"name": "type"}],
    },
    {"name": "number", "mutability": "immutable"},
    {"name": "computed", "mutability": "readOnly"},
    {"name": "pin", "mutability": "writeOnly", "returned": "never"},
    {"name": "secret", "returned": "never"},
    {"name": "notes", "returned": "request"},
    {"name": "stamp", "returned": "always"},
]


def town(rig: Rig, *attributes: dict[str, Any]) -> ResourceType:
    """The type of users, as the receiver has it once it was started with this extension."""
    defined = [read_schema({"id": URN, "attributes": list(attributes or ATTRIBUTES)})]
    return register(rig.ports, defined).by_name("User")


def without(rig: Rig) -> ResourceType:
    """The type of users once it was started without."""
    return register(rig.ports, ()).by_name("User")


def body(**attributes: Any) -> dict[str, Any]:
    return user_body("ann", **{"schemas": [USER_URN, URN], URN: attributes})


def test_every_kind_of_value_is_written_shown_changed_and_found(rig: Rig) -> None:
    kind = town(rig)
    values = {
        "badge": "A-7",
        "floors": [3, -1],
        "rate": 0.5,
        "born": "2026-01-31T09:00:00Z",
        "armed": True,
        "tags": ["Élus", "b"],
        "page": "https://example.org/A",
        "keys": [{"value": "k1", "door": 12, "type": "master"}, {"value": "k2", "door": 2}],
    }
    made = rig.create(kind, body(**values))
    assert made[URN] == values
    assert made["schemas"] == [USER_URN, URN]
    found = {made["id"]}
    for text in (
        f'{URN}:badge eq "A-7"',
        f"{URN}:floors lt 0",
        f"{URN}:floors gt 2",
        f"{URN}:rate le 5e-1",
        f'{URN}:born eq "2026-01-31T10:00:00+01:00"',
        f"{URN}:armed eq true",
        f'{URN}:tags eq "éLUS"',
        f'{URN}:page ew "/A"',
        f'{URN}:keys[door ge 12 and type eq "MASTER"]',
        f'schemas eq "{URN}"',
    ):
        assert rig.ids(kind, text) == found, text
    for text in (
        f'{URN}:badge eq "a-7"',
        f"{URN}:floors eq 0",
        f'{URN}:page ew "/a"',
        f'{URN}:keys[door lt 12 and type eq "master"]',
    ):
        assert rig.ids(kind, text) == set(), text
    changed = rig.patch(
        kind,
        made["id"],
        {"op": "add", "path": f"{URN}:tags", "value": ["c"]},
        {"op": "remove", "path": f"{URN}:keys[door eq 2]"},
        {"op": "replace", "path": f"{URN}:rate", "value": 7},
    )
    assert changed[URN]["tags"] == ["Élus", "b", "c"]
    assert [key["value"] for key in changed[URN]["keys"]] == ["k1"]
    assert rig.ids(kind, f'{URN}:rate eq 7 and {URN}:tags sw "C"') == found
    assert URN not in rig.replace(kind, made["id"], user_body("ann"))
    assert rig.ids(kind, f"{URN}:badge pr") == set()


def test_numbers_are_sorted_as_numbers(rig: Rig) -> None:
    kind = town(rig)
    rates = [10.0, -2.0, 0.5, 9.0, -10.25]
    for number, rate in enumerate(rates):
        rig.create(kind, user_body(f"u{number}", **{URN: {"rate": rate, "floors": [int(rate)]}}))
    for name in ("rate", "floors"):
        query = Query(sort_by=f"{URN}:{name}")
        found = json.loads(str(rig.service.search(rig.call(), rig.service.prepare(rig.call(), kind, query))))
        assert [each[URN]["rate"] for each in found["Resources"]][:2] == [-10.25, -2.0]
        assert [each[URN]["rate"] for each in found["Resources"]][-2:] == [9.0, 10.0]


@pytest.mark.parametrize(
    "wrong", [{"floors": [1.5]}, {"floors": 1}, {"rate": "one"}, {"armed": "perhaps"}, {"born": "x"}]
)
def test_a_value_of_another_type_is_refused(rig: Rig, wrong: dict[str, Any]) -> None:
    kind = town(rig)
    with pytest.raises(InvalidValue, match=URN):
        rig.create(kind, body(**wrong))


@pytest.mark.parametrize("text", ["floors eq 1.5", "floors eq 1e30", 'floors eq "1"', "floors co 1", "armed gt true"])
def test_a_filter_that_compares_with_another_type_is_refused(rig: Rig, text: str) -> None:
    kind = town(rig)
    with pytest.raises(InvalidFilter):
        rig.ids(kind, f"{URN}:{text}")


def test_a_whole_number_is_an_integer_however_it_is_written(rig: Rig) -> None:
    kind = town(rig)
    made = rig.create(kind, body(floors=[10]))
    assert rig.ids(kind, f"{URN}:floors eq 1e1") == {made["id"]}


def test_what_is_immutable_is_set_once(rig: Rig) -> None:
    kind = town(rig)
    user = rig.create(kind, body(badge="1"))["id"]
    assert rig.patch(kind, user, {"op": "add", "path": f"{URN}:number", "value": "n"})[URN]["number"] == "n"
    for operation in (
        {"op": "replace", "path": f"{URN}:number", "value": "m"},
        {"op": "remove", "path": f"{URN}:number"},
        {"op": "remove", "path": URN},
        {"op": "add", "value": {URN: {"number": "m"}}},
    ):
        with pytest.raises(Mutability, match=r"operation 1 .*immutable"):
            rig.patch(kind, user, operation)
    with pytest.raises(Mutability):
        rig.replace(kind, user, body(number="m"))
    assert rig.replace(kind, user, user_body("ann"))[URN] == {"number": "n"}, "what is left out is not cleared"
    assert rig.replace(kind, user, body(number="n", badge="2"))[URN] == {"number": "n", "badge": "2"}


def test_what_is_read_only_or_write_only_is_not_kept(rig: Rig) -> None:
    kind = town(rig)
    made = rig.create(kind, body(badge="1", computed="x", pin="0000"))
    assert made[URN] == {"badge": "1"}
    assert "0000" not in str(rig.rows(tables.resource)) + str(rig.rows(tables.attr_value))
    with pytest.raises(Mutability):
        rig.patch(kind, made["id"], {"op": "replace", "path": f"{URN}:computed", "value": "x"})


def test_what_is_never_returned_is_kept_and_cannot_be_asked_for(rig: Rig) -> None:
    kind = town(rig)
    made = rig.create(kind, body(badge="1", secret="x"))
    assert made[URN] == {"badge": "1"}
    assert asked(rig, kind, made["id"], f"{URN}:secret")[0] == {}
    with pytest.raises(Sensitive):
        rig.ids(kind, f'{URN}:secret eq "x"')
    rig.patch(kind, made["id"], {"op": "replace", "path": "title", "value": "t"})
    assert '"secret":"x"' in str(rig.rows(tables.resource))


def test_what_is_returned_on_request_is_shown_to_who_writes_it_or_asks(rig: Rig) -> None:
    kind = town(rig)
    made = rig.create(kind, body(badge="1", notes="n"))
    assert made[URN] == {"badge": "1", "notes": "n"}
    assert rig.get(kind, made["id"])[URN] == {"badge": "1"}
    assert asked(rig, kind, made["id"], f"{URN}:notes")[0] == {"notes": "n"}
    assert rig.patch(kind, made["id"], {"op": "replace", "path": "title", "value": "t"})[URN] == {"badge": "1"}
    written = rig.patch(kind, made["id"], {"op": "replace", "path": f"{URN}:notes", "value": "m"})
    assert written[URN] == {"badge": "1", "notes": "m"}


def test_what_is_always_returned_is_shown_whatever_is_asked_for(rig: Rig) -> None:
    kind = town(rig)
    made = rig.create(kind, body(badge="1", stamp="s"))
    shown, resource = asked(rig, kind, made["id"], "userName")
    assert (shown, resource["userName"]) == ({"stamp": "s"}, "ann")
    target = Target(kind, Projection.parse(None, URN, kind), made["id"])
    assert f'"{URN}":{{"stamp":"s"}}' in str(rig.service.get(rig.call(), target).text)


def asked(rig: Rig, kind: ResourceType, id: str, attributes: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What of the extension is shown to who asks for ``attributes``, and the resource."""
    outcome = rig.service.get(rig.call(), Target(kind, Projection.parse(attributes, None, kind), id))
    resource = json.loads(str(outcome.text))
    return resource.get(URN, {}), resource


def test_without_its_file_an_extension_is_kept_and_not_shown(rig: Rig) -> None:
    kind = town(rig)
    user = rig.create(kind, body(badge="A", tags=["x"]))["id"]
    gone = without(rig)
    assert gone.extension_index.get(URN) is None
    shown = rig.get(gone, user)
    assert URN not in shown
    assert shown["schemas"] == [USER_URN]
    assert rig.ids(gone, f'schemas eq "{URN}"') == set()
    with pytest.raises(InvalidFilter):
        rig.ids(gone, f'{URN}:badge eq "A"')
    # Nothing that a client does without the file loses it, nor shows it.
    assert URN not in rig.replace(gone, user, user_body("ann", title="a"))
    assert URN not in rig.patch(gone, user, {"op": "replace", "path": "title", "value": "b"})
    assert URN not in rig.replace(gone, user, body(badge="other"))
    back = town(rig)
    assert rig.get(back, user)[URN] == {"badge": "A", "tags": ["x"]}
    assert rig.get(back, user)["schemas"] == [USER_URN, URN]
    assert rig.ids(back, f'{URN}:badge eq "A"') == {user}
    assert rig.ids(back, f'schemas eq "{URN}"') == {user}


def test_an_attribute_that_is_declared_no_more_is_kept_and_not_shown(rig: Rig) -> None:
    kind = town(rig)
    user = rig.create(kind, body(badge="A", motto="m"))["id"]
    fewer = town(rig, {"name": "badge", "caseExact": True}, {"name": "fresh"})
    assert rig.get(fewer, user)[URN] == {"badge": "A"}
    assert rig.replace(fewer, user, body(fresh="f"))[URN] == {"fresh": "f"}
    assert URN not in rig.patch(fewer, user, {"op": "remove", "path": URN})
    assert rig.get(town(rig), user)[URN] == {"motto": "m"}


@pytest.mark.parametrize(
    "changed", [{"name": "badge", "type": "integer"}, {"name": "badge", "multiValued": True, "caseExact": True}]
)
def test_a_stored_attribute_keeps_its_type(rig: Rig, changed: dict[str, Any]) -> None:
    kind = town(rig)
    user = rig.create(kind, body(badge="1"))["id"]
    with pytest.raises(DefinitionError, match=f"{URN}:badge: values of another type are stored"):
        town(rig, changed)
    # Not even by a detour over none.
    without(rig)
    with pytest.raises(DefinitionError):
        town(rig, changed)
    rig.replace(town(rig), user, user_body("ann"))
    assert town(rig, changed).extension_index[URN].index["badge"].to_resource()["type"] in ("integer", "string")


def test_a_stored_part_keeps_its_type_and_stays_declared(rig: Rig) -> None:
    def keys(*subs: dict[str, Any]) -> dict[str, Any]:
        return {"name": "keys", "type": "complex", "multiValued": True, "subAttributes": list(subs)}

    rig.create(town(rig), body(keys=[{"value": "k", "door": 1}]))
    for subs in ([{"name": "value"}], [{"name": "value"}, {"name": "door"}]):
        with pytest.raises(DefinitionError, match=r"keys\.door"):
            town(rig, keys(*subs))
    town(rig, keys({"name": "value"}, {"name": "door", "type": "integer"}, {"name": "fresh"}))


def test_indexing_brings_what_was_stored_to_what_is_declared(rig: Rig) -> None:
    exact = town(rig)
    users = [rig.create(exact, user_body(f"u{number}", **{URN: {"badge": "Ab"}}))["id"] for number in range(5)]
    folding = town(rig, {"name": "badge"})
    fresh = rig.create(folding, user_body("fresh", **{URN: {"badge": "aB"}}))["id"]
    assert rig.ids(folding, f'{URN}:badge eq "AB"') == {fresh}, "at once for what is new"
    with rig.ports.read() as transaction:
        assert extensions.known(transaction.connection)[URN].unindexed == [f"{URN}:badge"]
    # In batches, between which others write; one that was interrupted goes on where it was.
    assert batch(rig, 2) == (2, 2)
    rig.replace(folding, users[4], user_body("u4", **{URN: {"badge": "other"}}))
    assert rig.ids(folding, f'{URN}:badge eq "OTHER"') == {users[4]}
    assert batch(rig, 2) == (2, 2)
    assert rig.ids(folding, f'{URN}:badge eq "AB"') == {fresh, *users[:4]}
    assert batch(rig, 100) == (2, 0)
    assert batch(rig, 100) == (0, 0)
    with rig.ports.read() as transaction:
        assert extensions.known(transaction.connection)[URN].unindexed == []
    assert batch(rig, 100)[1] == 0


def test_indexing_leaves_what_is_declared_no_more(rig: Rig) -> None:
    kind = town(rig)
    user = rig.create(kind, body(badge="A"))["id"]
    without(rig)
    assert batch(rig, 10) == (1, 0)
    assert rig.ids(town(rig), f'{URN}:badge eq "A"') == {user}


def batch(rig: Rig, count: int) -> tuple[int, int]:
    with rig.ports.write() as transaction:
        return indexing.step(transaction.connection, registered(transaction.connection), count)


def test_the_same_start_again_writes_nothing(rig: Rig) -> None:
    town(rig)
    before = rig.rows(tables.extension)
    batch(rig, 1)
    town(rig)
    assert rig.rows(tables.extension) == before
    with rig.ports.read() as transaction:
        assert registered(transaction.connection).by_name("User").extension_index[URN].to_resource()["attributes"] == [
            attribute.to_resource() for attribute in town(rig).extension_index[URN].attributes
        ]
        assert transaction.connection.execute(select(tables.extension.c.urn)).fetchall()
