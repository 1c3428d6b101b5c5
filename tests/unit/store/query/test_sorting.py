"""A sorted list is what sorting all resources by the definition gives, whatever page of it is asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sbe_scim.protocol import (
    AttributePath,
    InvalidValue,
    Order,
    Sensitive,
    instant,
    matches,
    parse_filter,
    parse_filter_across,
    parse_orders_across,
)
from sbe_scim.protocol.filter.match import comparable
from sbe_scim.service import Query
from sbe_scim.store.tables import INDEXED_PREFIX
from tests.unit.rig import ENTERPRISE_URN, GROUP, USER, Rig

BY = (
    "userName",
    "externalId",
    "id",
    "title",
    "active",
    "name.givenName",
    "emails",
    "emails.value",
    "emails.type",
    "emails.primary",
    "roles",
    "schemas",
    "groups",
    "groups.display",
    "groups.type",
    "groups.$ref",
    "meta.resourceType",
    "meta.version",
    "meta.created",
    "meta.lastModified",
    "meta.location",
    f"{ENTERPRISE_URN}:department",
    f"{ENTERPRISE_URN}:manager",
    "department",
)
FILTERS = (None, "active eq true", 'userName sw "a" or title pr', 'title eq "work"', "not (externalId pr)")
ALIKE = "a" * INDEXED_PREFIX


def people() -> list[dict[str, Any]]:
    """Users who differ in what is hard: case, accents, signs, missing values, primary ones that are not the first."""
    work, home = {"value": "z@example.org", "type": "work"}, {"value": "A@example.org", "type": "home"}
    several = [home | {"value": "m@example.org"}, work | {"value": "q@example.org", "primary": True}]
    return [
        {"userName": "Zoé", "title": "work", "externalId": "b", "active": False, "emails": [work, home]},
        {"userName": "zoe-2", "title": "Work", "externalId": "B", "emails": [home | {"primary": True}]},
        {
            "userName": "élise",
            "title": ALIKE + "b",
            "emails": several,
        },
        {"userName": "a_b", "title": ALIKE + "a", ENTERPRISE_URN: {"department": "dsi", "manager": {"value": "x"}}},
        {"userName": "a-b", "title": "", "externalId": "a", ENTERPRISE_URN: {"department": "DSI"}},
        {"userName": "ab", "name": {"givenName": "Éva"}, "roles": [{"value": "b"}, {"value": "a", "primary": True}]},
        {"userName": "a b", "name": {"givenName": "eva"}, "roles": [{"value": "a"}], "emails": [{"type": "work"}]},
        {"userName": "z\U0010ffff", "title": "\ue000", "active": False},
        {"userName": "straße", "title": "\U00010000"},
    ]


def populate(rig: Rig) -> list[dict[str, Any]]:
    """Create the people, and groups around some of them; return all as a client sees them, the oldest first."""
    ids = [rig.create(USER, {"schemas": [USER.schema.id], **person})["id"] for person in people()]
    inner = rig.create_group("É", *ids[2:6])["id"]
    outer = rig.create_group("dsi", ids[1], ids[3])["id"]
    rig.create_group("around", rig.create_group("between", inner, outer)["id"], ids[3])
    rig.create_user("other-source", rig.other, title="a", externalId="aa")
    for change in range(10):
        rig.patch(USER, ids[4], {"op": "replace", "path": "nickName", "value": str(change)})
    rig.patch(USER, ids[0], {"op": "replace", "path": "nickName", "value": "last"})
    return [rig.get(USER, id) for id in ids]


def listed(rig: Rig, query: Query, kind: Any = USER) -> list[str]:
    """The ids of a page."""
    page = json.loads(str(rig.service.search(rig.call(), rig.service.prepare(rig.call(), kind, query))))
    assert page["itemsPerPage"] == len(page["Resources"])
    return [resource["id"] for resource in page["Resources"]]


def value_of(document: dict[str, Any], path: AttributePath) -> Any:
    """By what a resource is sorted, ``None`` where it has nothing of it."""
    holder = document if path.schema is None else document.get(path.schema, {})
    value = holder.get(path.attribute.name)
    if path.attribute.multi_valued:
        elements = value or [None]
        value = next((one for one in elements if isinstance(one, dict) and one.get("primary")), elements[0])
    if path.sub is not None and value is not None:
        value = value.get(path.sub.name)
    if value is None or isinstance(value, bool):
        return value
    value = instant(value) if path.leaf.type == "dateTime" else comparable(path.leaf, value)
    return value[:INDEXED_PREFIX] if isinstance(value, str) else value


def in_order(documents: Sequence[dict[str, Any]], order: Order | None) -> list[str]:
    """The ids of documents, the oldest of which is the first, as the definition sorts them."""
    ids = [document["id"] for document in documents]
    if order is None:
        return ids
    values = dict(zip(ids, (value_of(document, order.path) for document in documents), strict=True))
    with_value = sorted((id for id in ids if values[id] is not None), key=lambda id: values[id])
    found = with_value + [id for id in ids if values[id] is None]
    return found[::-1] if order.descending else found


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    by=st.sampled_from((None, *BY)),
    direction=st.sampled_from((None, "ascending", "Descending")),
    filter=st.sampled_from(FILTERS),
    start=st.integers(1, 11),
    count=st.integers(0, 11),
)
def check_against_the_definition(
    rig: Rig, documents: list[dict[str, Any]], by: Any, direction: Any, filter: str | None, start: int, count: int
) -> None:
    chosen = [one for one in documents if filter is None or matches(parse_filter(filter, USER), one)]
    expected = in_order(chosen, Order.parse(by, direction, USER))
    query = Query(filter, start, count, sort_by=by, sort_order=direction)
    assert listed(rig, query) == expected[start - 1 :][:count]


def test_every_page_of_every_order_is_what_the_definition_says(rig: Rig) -> None:
    check_against_the_definition(rig, populate(rig))


def test_every_attribute_can_be_sorted_by(rig: Rig) -> None:
    documents = populate(rig)
    groups = [rig.get(GROUP, id) for id in listed(rig, Query(), GROUP)]
    for kind, shown in ((USER, documents), (GROUP, groups)):
        for name, path in kind.paths.items():
            try:
                order = Order.parse(name, None, kind)
            except (InvalidValue, Sensitive):
                assert path.leaf.type == "complex" or path.attribute.name == "password"
                continue
            if name.endswith("members.display"):
                with pytest.raises(InvalidValue, match="not supported"):
                    listed(rig, Query(sort_by=name), kind)
                continue
            assert listed(rig, Query(sort_by=name), kind) == in_order(shown, order), name


def test_a_sorted_list_shows_each_group_with_its_own_members(rig: Rig) -> None:
    ann, bob, cid = (rig.create_user(name)["id"] for name in ("ann", "bob", "cid"))
    shown = {name: rig.create_group(name, *ids) for name, ids in (("z", [ann, bob]), ("m", []), ("a", [cid]))}
    query = Query(sort_by="displayName")
    page = json.loads(str(rig.service.search(rig.call(), rig.service.prepare(rig.call(), GROUP, query))))
    assert page["Resources"] == [rig.get(GROUP, shown[name]["id"]) for name in ("a", "m", "z")]


def across(rig: Rig, **query: Any) -> dict[str, Any]:
    """A page of resources of all types."""
    search = rig.service.prepare_across(rig.call(), [USER, GROUP], Query(**query))
    found: dict[str, Any] = json.loads(str(rig.service.search_across(rig.call(), search)))
    return found


ids_of = itemgetter("id")


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    by=st.sampled_from((None, *BY, "displayName", "members", "members.type")),
    direction=st.sampled_from((None, "ascending", "Descending")),
    filter=st.sampled_from(FILTERS),
    start=st.integers(1, 15),
    count=st.integers(1, 6),
)
def check_across_types(
    rig: Rig, documents: list[dict[str, Any]], by: Any, direction: Any, filter: str | None, start: int, count: int
) -> None:
    kinds = {"User": USER, "Group": GROUP}
    reduced = dict(
        zip(kinds, [True, True] if filter is None else parse_filter_across(filter, (USER, GROUP)), strict=True)
    )
    orders = dict(zip(kinds, parse_orders_across(by, direction, (USER, GROUP)), strict=True))
    chosen = [one for one in documents if _holds(reduced[one["meta"]["resourceType"]], one)]
    ids = [one["id"] for one in chosen]
    keys = {one["id"]: _standing(one, orders[one["meta"]["resourceType"]]) for one in chosen}
    expected = sorted((id for id in ids if keys[id] is not None), key=lambda id: keys[id])
    expected += [id for id in ids if keys[id] is None]
    if any(order is not None and order.descending for order in orders.values()):
        expected.reverse()
    query = {"filter": filter, "sort_by": by, "sort_order": direction, "count": count}
    page = across(rig, start_index=start, **query)
    assert list(map(ids_of, page["Resources"])) == expected[start - 1 :][:count]
    assert page["totalResults"] == len(expected)
    walked = [across(rig, cursor="", **query)]
    while cursor := walked[-1].get("nextCursor"):
        walked.append(across(rig, cursor=cursor, **query))
        assert len(walked) <= len(documents)
    assert [id for page in walked for id in map(ids_of, page["Resources"])] == expected
    assert {page["totalResults"] for page in walked} == {len(expected)}
    back = walked[-1]
    for earlier in walked[-2::-1]:
        back = across(rig, cursor=back["previousCursor"], **query)
        assert back["Resources"] == earlier["Resources"]
    assert "previousCursor" not in back


def _holds(condition: Any, document: dict[str, Any]) -> bool:
    return condition if isinstance(condition, bool) else matches(condition, document)


def _standing(document: dict[str, Any], order: Order | None) -> Any:
    return None if order is None else value_of(document, order.path)


def test_every_page_of_all_types_together_is_what_the_definition_says(rig: Rig) -> None:
    documents = populate(rig)
    rig.create_user("named", displayName="between")
    rig.create_group("apart", externalId="b")
    people = [rig.get(USER, id) for id in listed(rig, Query(), USER)]
    assert len(people) == len(documents) + 1
    check_across_types(rig, people + [rig.get(GROUP, id) for id in listed(rig, Query(), GROUP)])
