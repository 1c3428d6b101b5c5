"""What a client calls otherwise is kept under the name that it has here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sbe_scim.protocol import (
    ENTERPRISE_USER,
    USER,
    DialectError,
    InvalidFilter,
    InvalidValue,
    Order,
    Policy,
    Projection,
    normalise,
    parse_filter,
    policy,
    use_own,
)
from tests.unit.protocol.samples import User, operation, patch, user

URN = "urn:acme:hr:1.0:User"
FILE = f"""
[naming.schemas]
"urn:acme:core:1.0" = "{USER}"
"urn:acme:work:1.0" = "{ENTERPRISE_USER}"

[naming.attributes]
"{URN}:Number" = "{ENTERPRISE_USER}:employeeNumber"
"{URN}:uid" = "externalId"
"login" = "userName"
"mail" = "emails.value"
"sn" = "name.familyName"
"boss" = "{ENTERPRISE_USER}:manager"
"""


@pytest.fixture
def acme() -> Iterator[Policy]:
    use_own({"acme": FILE})
    yield policy("acme")
    use_own({})


def test_a_body_is_kept_under_the_names_that_there_are_here(acme: Policy) -> None:
    body = {
        "schemas": ["URN:acme:core:1.0", USER, URN],
        "Login": "zoe",
        "sn": "Exemple",
        "mail": "zoe@example.org",
        URN: {"number": "007", "UID": "e1", "shoe": 38},
        "urn:acme:work:1.0": {"department": "HR"},
        "boss": {"value": "26118915-6090-4610-87e4-49d8ca9f808d"},
    }
    got = normalise(User, body, acme)
    assert got.document == {
        "schemas": [USER, ENTERPRISE_USER],
        "userName": "zoe",
        "name": {"familyName": "Exemple"},
        "emails": [{"value": "zoe@example.org"}],
        "externalId": "e1",
        ENTERPRISE_USER: {
            "employeeNumber": "007",
            "department": "HR",
            "manager": {"value": "26118915-6090-4610-87e4-49d8ca9f808d"},
        },
    }
    assert got.dropped == (URN, f"{URN}:shoe")


def test_what_is_sent_under_its_own_name_counts(acme: Policy) -> None:
    body = {
        "login": "other",
        "USERNAME": "zoe",
        "sn": "x",
        "name": {"FamilyName": "Exemple"},
        "mail": "x@x",
        "emails": [],
    }
    document = normalise(User, body, acme).document
    assert (document["userName"], document["name"], document.get("emails")) == ("zoe", {"familyName": "Exemple"}, None)


@pytest.mark.parametrize(
    ("change", "path", "expected"),
    [
        (operation("replace", "sn", "Modèle"), "name", {"familyName": "Modèle"}),
        (operation("add", "mail", "a@b.c"), "emails", [{"value": "a@b.c"}]),
        (operation("replace", f"{URN}:uid", "e2"), "externalId", "e2"),
        (operation("replace", URN, {"uid": "e2", "shoe": 38}), "externalId", "e2"),
        (operation("replace", None, {URN: {"uid": "e2"}}), "externalId", "e2"),
        (operation("replace", None, {f"{URN.upper()}:UID": "e2"}), "externalId", "e2"),
        (operation("add", "urn:acme:work:1.0:department", "HR"), ENTERPRISE_USER, {"department": "HR"}),
        (operation("add", "urn:acme:work:1.0", {"department": "HR"}), ENTERPRISE_USER, {"department": "HR"}),
        (operation("add", 'urn:acme:core:1.0:emails[type eq "work"].value', "a@b.c"), "emails", None),
    ],
)
def test_a_patch_reaches_what_has_another_name(acme: Policy, change: Any, path: str, expected: Any) -> None:
    got = patch(user(), change, by=acme).document[path]
    assert got == (expected or [{"type": "work", "value": "a@b.c"}])


@pytest.mark.parametrize(
    "text", ['login eq "zoe"', 'urn:acme:core:1.0:userName eq "zoe"', f'{URN}:number eq "1"', "sn pr"]
)
def test_a_filter_asks_by_the_clients_names(acme: Policy, text: str) -> None:
    assert parse_filter(text, User, acme.naming) is not None
    with pytest.raises(InvalidFilter):
        parse_filter(text, User, policy().naming)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Login", "userName"),
        ("sn", "name.familyName"),
        ("mail", "emails.value"),
        (f"{URN}:number", f"{ENTERPRISE_USER}:employeeNumber"),
        ("urn:acme:core:1.0:userName", "userName"),
        ("urn:acme:work:1.0:department", f"{ENTERPRISE_USER}:department"),
        ("department", f"{ENTERPRISE_USER}:department"),
    ],
)
def test_a_list_is_sorted_by_the_clients_names(acme: Policy, text: str, path: str) -> None:
    assert Order.parse(text, None, User, acme.naming) == Order.parse(path, None, User)


SHOWN = {
    "schemas": [USER, ENTERPRISE_USER],
    "id": "1",
    "userName": "zoe",
    "externalId": "e1",
    "name": {"familyName": "Exemple", "givenName": "Zoé"},
    "emails": [{"value": "zoe@example.org", "type": "work"}],
    ENTERPRISE_USER: {"employeeNumber": "007", "department": "HR"},
}


@pytest.mark.parametrize(
    ("names", "own"),
    [
        ("login", "userName"),
        ("sn,MAIL", "name.familyName,emails.value"),
        (f"{URN}:number", f"{ENTERPRISE_USER}:employeeNumber"),
        (URN, f"externalId,{ENTERPRISE_USER}:employeeNumber"),
        ("urn:acme:work:1.0", ENTERPRISE_USER),
        ("urn:acme:core:1.0:emails.type", "emails.type"),
        ("department", f"{ENTERPRISE_USER}:department"),
    ],
)
def test_an_answer_shows_what_is_chosen_by_the_clients_names(acme: Policy, names: str, own: str) -> None:
    only = Projection.parse(names, None, User, acme.naming).project(SHOWN)
    assert only == Projection.parse(own, None, User).project(SHOWN) != {"schemas": SHOWN["schemas"], "id": "1"}
    left = Projection.parse(None, names, User, acme.naming).project(SHOWN)
    assert left == Projection.parse(None, own, User).project(SHOWN) != SHOWN


def test_names_are_the_dialects_alone() -> None:
    with pytest.raises(InvalidValue, match="userName is required"):
        normalise(User, {"login": "zoe"}, policy())


@pytest.mark.parametrize(
    "text",
    ['[naming.schemas]\n"urn:a" = "urn:b"', '[naming.attributes]\nlogin = "userNames"', "[naming.schemas]\nx = 1"],
)
def test_a_name_that_leads_nowhere_is_refused(text: str) -> None:
    with pytest.raises(DialectError, match=r"^acme\.toml: naming"):
        use_own({"acme": text})


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_entra_may_have_the_urn_of_a_draft(version: str) -> None:
    urn = f"urn:scim:schemas:extension:enterprise:{version}"
    body = {"schemas": [USER], "userName": "zoe", urn: {"department": "Eau"}}
    department = user(**{ENTERPRISE_USER: {"department": "Eau"}})
    assert normalise(User, body, policy("entra")).document == department
    for path in (f"{urn}:department", f"{urn}.department"):
        assert patch(user(), operation("Add", path, "Eau"), by=policy("entra")).document == department


def test_onelogins_template_speaks_of_a_department() -> None:
    urn = "urn:scim:schemas:extension:enterprise:2.0"
    body = {"schemas": ["urn:scim:schemas:core:2.0", urn], "userName": "zoe", urn: {"department": "Eau"}}
    got = normalise(User, body, policy("onelogin"))
    assert got.document == user(**{ENTERPRISE_USER: {"department": "Eau"}})
    assert got.dropped == ()
