"""A filter in SQL finds exactly the resources that :func:`sbe_scim.protocol.matches` holds for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sbe_scim.protocol import InvalidFilter, matches, parse_filter
from tests.unit.rig import ENTERPRISE_URN, GROUP, USER, Rig

WORDS = ("", "a", "Ann", "ANN", "bé", "Bé", "straße", "STRASSE", "z\U0010ffff", "%", "_", "a_b", "work", "home", "DSI")
STRINGS = (
    "userName",
    "externalId",
    "id",
    "title",
    "displayName",
    "name.givenName",
    "name",
    "emails",
    "emails.value",
    "emails.type",
    "phoneNumbers.value",
    "schemas",
    "meta.resourceType",
    "meta.version",
    "groups.value",
    "groups.display",
    "groups.type",
    f"{ENTERPRISE_URN}:department",
    f"{ENTERPRISE_URN}:manager.value",
)
COMPARABLE = tuple(path for path in STRINGS if path != "name")
INSIDE = ("value", "type", "display")
TEXT_OPERATORS = ("eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le")


def people() -> list[dict[str, Any]]:
    """Users that differ in what is hard: case, accents, LIKE's wildcards, missing parts, elements that must not mix."""
    return [
        {"userName": "Ann", "title": "a_b", "externalId": "Ann", "active": False},
        {"userName": "ann2", "title": "axb", "displayName": "ANN", "externalId": "ann"},
        {"userName": "bé", "title": "%", "name": {"givenName": "Bé"}, "emails": [{"value": "a", "type": "work"}]},
        {
            "userName": "straße",
            "emails": [{"value": "a", "type": "home"}, {"value": "z", "type": "work", "primary": True}],
            "phoneNumbers": [{"value": "work", "type": "home"}],
        },
        {"userName": "z\U0010ffff", "emails": [{"value": "Ann@example.org"}], ENTERPRISE_URN: {"department": "DSI"}},
        {"userName": "a" * 300, "title": "a" * 300, ENTERPRISE_URN: {"department": "dsi", "manager": {"value": "a"}}},
        {"userName": "plain"},
    ]


def populate(rig: Rig) -> list[dict[str, Any]]:
    """Create the people, and groups around some of them; return all users as a client sees them."""
    ids = [rig.create(USER, {"schemas": [USER.schema.id], **person})["id"] for person in people()]
    inner = rig.create_group("DSI", *ids[:3])["id"]
    outer = rig.create_group("Bé", ids[1])["id"]
    rig.create_group("ann", rig.create_group("A", inner)["id"], outer, ids[3])
    rig.patch(USER, ids[6], {"op": "add", "path": "title", "value": "work"})
    rig.create_user("other-source", rig.other, title="a")
    return [rig.get(USER, id) for id in ids]


def literals(documents: list[dict[str, Any]]) -> st.SearchStrategy[str]:
    known = [documents[0]["id"], 'W/"2"', USER.schema.id, ENTERPRISE_URN, "User", "a" * 250, "a" * 300]
    return st.sampled_from((*WORDS, *known)).map(quote)


def quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def filters(documents: list[dict[str, Any]]) -> st.SearchStrategy[str]:
    literal = literals(documents)
    moments = st.sampled_from([document["meta"]["created"] for document in documents]).map(quote)
    text = st.builds("{} {} {}".format, st.sampled_from(COMPARABLE), st.sampled_from(TEXT_OPERATORS), literal)
    present = st.builds("{} pr".format, st.sampled_from((*STRINGS, "active", "emails.primary", "meta.created")))
    flags = st.builds(
        "{} {} {}".format,
        st.sampled_from(("active", "emails.primary")),
        st.sampled_from(("eq", "ne")),
        st.sampled_from(("true", "false", "null")),
    )
    times = st.builds(
        "{} {} {}".format,
        st.sampled_from(("meta.created", "meta.lastModified")),
        st.sampled_from(("eq", "ne", "gt", "ge", "lt", "le")),
        moments,
    )
    inner = combined(
        st.one_of(
            st.builds("{} {} {}".format, st.sampled_from(INSIDE), st.sampled_from(TEXT_OPERATORS), literal),
            st.builds("{} pr".format, st.sampled_from((*INSIDE, "primary"))),
            st.builds("primary {} {}".format, st.sampled_from(("eq", "ne")), st.sampled_from(("true", "false"))),
        )
    )
    ids = st.sampled_from([group["value"] for group in documents[0]["groups"]]).map(quote)
    groups = combined(
        st.one_of(
            st.builds("value {} {}".format, st.sampled_from(TEXT_OPERATORS), st.one_of(ids, literal)),
            st.builds("display {} {}".format, st.sampled_from(TEXT_OPERATORS), literal),
            st.builds("type {} {}".format, st.sampled_from(("eq", "ne")), st.sampled_from(('"direct"', '"Indirect"'))),
        )
    )
    paths = st.one_of(st.builds("emails[{}]".format, inner), st.builds("groups[{}]".format, groups))
    return combined(st.one_of(text, present, flags, times, paths))


def combined(simple: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.recursive(
        simple,
        lambda terms: st.one_of(
            st.builds("not ({})".format, terms),
            st.builds("({} and {})".format, terms, terms),
            st.builds("({} or {})".format, terms, terms),
        ),
        max_leaves=4,
    )


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def check_against_matches(rig: Rig, documents: list[dict[str, Any]], data: st.DataObject) -> None:
    text = data.draw(filters(documents))
    condition = parse_filter(text, USER)
    expected = {document["id"] for document in documents if matches(condition, document)}
    assert rig.ids(USER, text) == expected, text
    assert rig.search(USER, text, count=0)["totalResults"] == len(expected)


def test_every_filter_finds_what_the_definition_says(rig: Rig) -> None:
    check_against_matches(rig, populate(rig))


@pytest.mark.parametrize(
    "text",
    ['members.value eq "{0}"', 'members[value eq "{0}"]', 'members eq "{0}" and displayName eq "dsi"', "members pr"],
)
def test_groups_are_found_by_their_members(rig: Rig, text: str) -> None:
    ann = rig.create_user("ann")["id"]
    group = rig.create_group("DSI", ann)["id"]
    empty = rig.create_group("Vide")["id"]
    found = text.format(ann)
    assert rig.ids(GROUP, found) == {group}
    assert rig.ids(GROUP, f"not ({found})") == {empty}


@pytest.mark.parametrize("text", ['meta.location eq "x"', 'members.display eq "x"', 'members[$ref eq "x"]'])
def test_what_has_no_exact_answer_is_refused(rig: Rig, text: str) -> None:
    with pytest.raises(InvalidFilter, match="not supported"):
        rig.search(USER if text.startswith("meta") else GROUP, text)


def test_a_changed_value_is_found_and_the_former_is_not(rig: Rig) -> None:
    user = rig.create_user("ann", title="Maire", emails=[{"value": "a@example.org"}, {"value": "b@example.org"}])["id"]
    rig.patch(
        USER,
        user,
        {"op": "replace", "path": "title", "value": "Adjointe"},
        {"op": "remove", "path": 'emails[value eq "a@example.org"]'},
    )
    assert rig.ids(USER, 'title eq "maire" or emails.value eq "a@example.org"') == set()
    assert rig.ids(USER, 'title eq "adjointe" and emails.value eq "b@example.org"') == {user}
    rig.delete(USER, user)
    assert rig.ids(USER, "title pr") == set()
