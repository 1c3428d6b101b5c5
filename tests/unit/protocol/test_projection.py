"""What answers show (RFC 7643 §7, RFC 7644 §3.9), and pages (§3.4.2.4)."""

from __future__ import annotations

import pytest

from sbe_scim.protocol import InvalidValue, Page, Projection, ScimError, list_response
from tests.unit.protocol.samples import ENTERPRISE_USER, USER, Group, User

ZOE = {
    "schemas": [USER, ENTERPRISE_USER],
    "id": "u1",
    "userName": "zoe",
    "name": {"givenName": "Zoé", "familyName": "B"},
    "emails": [{"value": "z@w", "type": "work"}, {"value": "z@h"}],
    "groups": [{"value": "g1", "display": "Mairie"}],
    ENTERPRISE_USER: {"department": "DSI", "manager": {"value": "m1"}},
    "meta": {"resourceType": "User", "version": 'W/"1"'},
}


def shown(attributes: object = None, excluded: object = None) -> dict[str, object]:
    return Projection.parse(attributes, excluded, User).project(ZOE)  # type: ignore[arg-type]


def without(*keys: str) -> dict[str, object]:
    return {key: value for key, value in ZOE.items() if key not in keys}


def test_everything_is_shown_by_default_but_secrets() -> None:
    projection = Projection.parse(None, None, User)
    assert projection.is_default
    assert projection.project({**ZOE, "password": "secret", "notOurs": 1}) == ZOE


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("userName", {"userName": "zoe"}),
        (" USERNAME , nope", {"userName": "zoe"}),
        (["userName", f"{USER}:name.givenName"], {"userName": "zoe", "name": {"givenName": "Zoé"}}),
        ("emails.type", {"emails": [{"type": "work"}]}),
        ("emails.value,emails", {"emails": ZOE["emails"]}),
        ("emails,emails.value", {"emails": ZOE["emails"]}),
        ("meta.version", {"meta": {"version": 'W/"1"'}}),
        (f"{ENTERPRISE_USER}:department", {ENTERPRISE_USER: {"department": "DSI"}}),
        (f"{ENTERPRISE_USER}:manager.value", {ENTERPRISE_USER: {"manager": {"value": "m1"}}}),
        (ENTERPRISE_USER, {ENTERPRISE_USER: ZOE[ENTERPRISE_USER]}),
        ("nope", {}),
        ("id", {}),
    ],
)
def test_chosen_attributes_come_with_those_always_shown(attributes: object, expected: dict[str, object]) -> None:
    assert shown(attributes) == {"schemas": ZOE["schemas"], "id": "u1", **expected}


@pytest.mark.parametrize(
    ("excluded", "expected"),
    [
        ("groups", without("groups")),
        ("id,schemas,nope", ZOE),
        ("name.givenName", {**ZOE, "name": {"familyName": "B"}}),
        ("emails.value", {**ZOE, "emails": [{"type": "work"}]}),
        ("name.givenName,name.familyName", without("name")),
        (ENTERPRISE_USER.upper(), without(ENTERPRISE_USER)),
        (f"{ENTERPRISE_USER}:department", {**ZOE, ENTERPRISE_USER: {"manager": {"value": "m1"}}}),
    ],
)
def test_excluded_attributes_are_left_out_but_those_always_shown(excluded: object, expected: object) -> None:
    assert shown(None, excluded) == expected


def test_empty_parameters_choose_nothing() -> None:
    assert shown("", []) == ZOE
    assert Projection.parse("", " , ", User).is_default


def test_both_parameters_are_refused() -> None:
    with pytest.raises(InvalidValue, match="cannot both be given"):
        shown("userName", "name")


@pytest.mark.parametrize("attributes", [7, {"userName": 1}, [7]])
def test_parameters_must_be_names(attributes: object) -> None:
    with pytest.raises(ScimError):
        shown(attributes)


def test_what_is_not_shown_need_not_be_loaded() -> None:
    assert Projection.parse(None, None, Group).includes("members")
    assert Projection.parse("members.value", None, Group).includes("members")
    assert Projection.parse(None, "members.display", Group).includes("members")
    assert not Projection.parse("displayName", None, Group).includes("members")
    assert not Projection.parse(None, "members", Group).includes("members")
    assert not Projection.parse(None, None, User).includes("password")


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (None, None, Page(1, 50)),
        ("3", "2", Page(3, 2)),
        (0, -1, Page(1, 0)),
        ("-5", "0", Page(1, 0)),
        (1, 10**9, Page(1, 200)),
        ("9" * 30, "1", Page(2**31 - 1, 1)),
    ],
)
def test_pages_are_bounded_as_the_rfc_says(start: object, count: object, expected: Page) -> None:
    assert Page.parse(start, count, limit=200, default=50) == expected


def test_the_largest_page_is_the_default_one() -> None:
    assert Page.parse(None, None, 200) == Page(1, 200)


@pytest.mark.parametrize("wrong", ["x", " ", "1.5", 1.5, True, [], "9" * 5_000])
def test_pages_are_integers(wrong: object) -> None:
    with pytest.raises(InvalidValue, match="count must be an integer"):
        Page.parse(1, wrong, 200)
    with pytest.raises(InvalidValue, match="startIndex must be an integer"):
        Page.parse(wrong, 1, 200)


def test_a_list_counts_its_page_and_the_whole() -> None:
    message = list_response([{"id": "a"}], total=7, start_index=3)
    assert (message["totalResults"], message["startIndex"], message["itemsPerPage"]) == (7, 3, 1)
    assert message["Resources"] == [{"id": "a"}]
    assert list_response([])["totalResults"] == 0


def test_an_error_says_its_status_as_text() -> None:
    assert InvalidValue("title must be a string").to_message() == {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": "400",
        "scimType": "invalidValue",
        "detail": "title must be a string",
    }


def test_an_error_carries_the_code_that_programs_decide_by() -> None:
    class LastOne(ScimError):
        status = 409
        reason = "last_one"

    assert LastOne("it is the last one").to_message() == {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": "409",
        "detail": "it is the last one",
        "reason": "last_one",
    }
