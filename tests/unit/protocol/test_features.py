"""What of a policy a request needed is told by the names of its keys."""

from __future__ import annotations

from typing import Any

import pytest

from sbe_scim.protocol import PATCH_OP_URN, ScimError, apply_patch, normalise, parse_patch
from tests.unit.protocol.samples import (
    ENTERPRISE_USER,
    ENTRA,
    GROUP,
    INTEROP,
    TOLERANT,
    USER,
    Group,
    User,
    operation,
    patch,
    patch_group,
    patch_op,
    user,
)

ROLE = '{"value": "editor", "displayName": "Editor"}'
ENTERPRISE_URN_AS_ENTRA_SPELLS_IT = "urn:ietf:params:scim:schemas:extension:enterprise:2.0User"
MAIL = 'emails[type eq "work"]'


def of_body(by: Any = TOLERANT, /, **more: Any) -> frozenset[str]:
    return normalise(User, {"schemas": [USER], "userName": "zoe", **more}, by).features


@pytest.mark.parametrize(
    ("attributes", "features"),
    [
        ({"active": True, "title": "Maire", "emails": [{"value": "zoe@example.org", "primary": True}]}, set()),
        ({"title": None, "emails": []}, set()),
        ({"active": "True"}, {"string_booleans"}),
        ({"vendorThing": 1}, {"drop_unknown"}),
        ({"schemas": [USER, "urn:x:unknown"]}, {"drop_unknown"}),
        ({"schemas": []}, {"incomplete_schemas"}),
        ({ENTERPRISE_USER: {"department": "Eau"}}, {"incomplete_schemas"}),
        ({"schemas": [USER, ENTERPRISE_USER], ENTERPRISE_USER: {"department": "Eau"}}, set()),
        ({"schemas": [USER, ENTERPRISE_USER], ENTERPRISE_USER: {"manager": "42"}}, {"string_references"}),
        ({"title": ""}, {"empty_clears"}),
        ({"name": "", "emails": ""}, {"empty_clears"}),
        ({"emails": {"value": "zoe@example.org"}}, {"wrapped_values"}),
        ({"roles": ["editor"]}, {"string_references"}),
        ({"roles": "editor"}, {"string_references", "wrapped_values"}),
        ({"emails": [{"type": "work"}]}, {"drop_valueless"}),
        ({"active": "false", "title": ""}, {"string_booleans", "empty_clears"}),
    ],
)
def test_a_body_tells_what_it_needed(attributes: dict[str, Any], features: set[str]) -> None:
    assert of_body(**attributes) == features


@pytest.mark.parametrize(
    ("change", "features"),
    [
        (operation("replace", "title", "Maire"), set()),
        (operation("remove", "title"), set()),
        (operation("add", f"{ENTERPRISE_USER}:department", "Eau"), set()),
        (operation("Replace", "title", "Maire"), {"any_case_operations"}),
        (operation("replace", "active", "False"), {"string_booleans"}),
        (operation("replace", 'emails[primary eq "True"].type', "home"), {"string_booleans"}),
        (operation("replace", None, {"title": "Maire"}), {"pathless"}),
        (operation("replace", None, {"name.familyName": "Martin"}), {"pathless", "path_keys"}),
        (operation("replace", None, {"vendorThing": 1}), {"pathless", "drop_unknown"}),
        (operation("replace", "department", "Eau"), {"path_keys"}),
        (operation("replace", "vendorThing", 1), {"drop_unknown"}),
        (operation("add", 'phoneNumbers[type eq "work"].value', "1"), {"create_unmatched"}),
        (operation("replace", f"{MAIL}.value", "z@example.org"), set()),
        (operation("remove", "emails", [{"value": "zoe@example.org"}]), {"remove_values"}),
        (operation("replace", f"{ENTERPRISE_USER}:manager", "42"), {"string_references"}),
        (operation("replace", "roles", ["editor"]), {"string_references"}),
        (operation("replace", "active", [{"$ref": None, "value": "False"}]), {"wrapped_values", "string_booleans"}),
    ],
)
def test_a_patch_tells_what_it_needed(change: dict[str, Any], features: set[str]) -> None:
    document = user(title="x", emails=[{"value": "zoe@example.org", "type": "work", "primary": True}])
    assert patch(document, change).features == features


def test_what_is_told_of_is_what_the_interop_profile_refuses() -> None:
    for change in (operation("Replace", "title", "x"), operation("replace", None, {"title": "x"})):
        with pytest.raises(ScimError):
            patch(user(), change, by=INTEROP)


def test_a_message_without_schemas_is_told_once_and_so_are_operations_that_need_the_same() -> None:
    body = patch_op(operation("Add", "title", "a"), operation("ADD", "title", "b")) | {"schemas": None}
    result = apply_patch(User, user(), parse_patch(body), TOLERANT)
    assert result.features == {"incomplete_schemas", "any_case_operations"}
    named = parse_patch({"schemas": [PATCH_OP_URN], "Operations": [operation("add", "title", "a")]})
    assert named[0].features == frozenset()


def test_members_tell_how_they_were_taken_out() -> None:
    assert patch_group(operation("remove", "members", [{"value": "a"}])).features == {"remove_values"}
    assert patch_group(operation("remove", 'members[value eq "a"]')).features == set()
    unmatched = operation("add", 'members[value eq "a"]', [{"value": "a"}])
    assert patch_group(unmatched, present=()).features == {"create_unmatched"}
    assert normalise(
        Group, {"schemas": [GROUP], "displayName": "g", "members": [{"value": "a"}]}, TOLERANT
    ).features == (set())


def test_a_dialects_own_keys_are_told_too() -> None:
    assert of_body(ENTRA, roles=[{"value": ROLE}]) == {"json_strings"}
    with_2_0_user = {ENTERPRISE_URN_AS_ENTRA_SPELLS_IT: {"department": "Eau"}, "schemas": [USER, ENTERPRISE_USER]}
    assert of_body(ENTRA, **with_2_0_user) == {"naming"}
