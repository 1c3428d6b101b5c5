"""The registry and what discovery shows of it (RFC 7643 §4, §6, §7)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sbe_scim.protocol import Attribute, default_registry
from tests.unit.protocol.samples import ENTERPRISE_USER, FR_ADMINISTRATION_USER, GROUP, USER, User

CORE_ATTRIBUTES = """
    userName name displayName nickName profileUrl title userType preferredLanguage locale timezone active password
    emails phoneNumbers ims photos addresses groups entitlements roles x509Certificates
"""


def every_attribute() -> Iterator[Attribute]:
    for schema in default_registry().schemas.values():
        for attribute in schema.attributes:
            yield attribute
            yield from attribute.sub_attributes


def test_the_user_has_the_21_core_attributes() -> None:
    assert [attribute.name for attribute in User.schema.attributes] == CORE_ATTRIBUTES.split()


def test_every_schema_is_served() -> None:
    assert set(default_registry().schemas) == {USER, ENTERPRISE_USER, FR_ADMINISTRATION_USER, GROUP}


@pytest.mark.parametrize(
    ("notation", "canonical"),
    [
        ("username", "userName"),
        ("URN:IETF:params:scim:schemas:core:2.0:user:USERNAME", "userName"),
        ("name.GIVENNAME", "name.givenName"),
        (f"{USER}:emails.value", "emails.value"),
        (f"{ENTERPRISE_USER}:manager.Value", f"{ENTERPRISE_USER}:manager.value"),
        (ENTERPRISE_USER.upper(), ENTERPRISE_USER),
        ("META.lastmodified", "meta.lastModified"),
        ("externalid", "externalId"),
    ],
)
def test_attributes_are_found_in_any_case_with_and_without_urn(notation: str, canonical: str) -> None:
    assert str(User.path(notation)) == canonical


@pytest.mark.parametrize("notation", ["", "nope", "name.nope", "department", f"{ENTERPRISE_USER}:nope", "userName.x"])
def test_other_notations_name_nothing(notation: str) -> None:
    assert User.path(notation) is None


def test_what_identifies_or_hides_has_the_characteristics_of_the_rfc() -> None:
    by_path = {notation: User.path(notation).leaf for notation in ("userName", "id", "externalId", "password")}  # type: ignore[union-attr]
    assert (by_path["userName"].required, by_path["userName"].case_exact) == (True, False)
    assert by_path["userName"].uniqueness == "server"
    assert (by_path["id"].returned, by_path["id"].mutability, by_path["id"].case_exact) == ("always", "readOnly", True)
    assert by_path["externalId"].case_exact
    assert (by_path["password"].mutability, by_path["password"].returned) == ("writeOnly", "never")


def test_references_and_binaries_are_case_exact() -> None:
    assert all(attribute.case_exact for attribute in every_attribute() if attribute.type in ("reference", "binary"))


def test_only_references_have_reference_types() -> None:
    for attribute in every_attribute():
        assert bool(attribute.reference_types) == (attribute.type == "reference"), attribute.name


def test_complex_attributes_have_no_uniqueness_of_their_own() -> None:
    groups = User.schema.index["groups"].to_resource()
    assert "uniqueness" not in groups
    assert [sub["name"] for sub in groups["subAttributes"]] == ["value", "$ref", "display", "type"]
    assert groups["subAttributes"][1]["referenceTypes"] == ["Group"]


def test_the_french_extension_is_flat_and_textual() -> None:
    schema = default_registry().schemas[FR_ADMINISTRATION_USER]
    assert {attribute.type for attribute in schema.attributes} == {"string"}
    assert not any(attribute.multi_valued for attribute in schema.attributes)


def test_a_schema_resource_says_where_it_is() -> None:
    resource = default_registry().schemas[USER].to_resource("https://sbe.example/scim/v2")
    assert resource["schemas"] == ["urn:ietf:params:scim:schemas:core:2.0:Schema"]
    assert resource["meta"] == {
        "resourceType": "Schema",
        "location": f"https://sbe.example/scim/v2/Schemas/{USER}",
    }
    user_name = next(attribute for attribute in resource["attributes"] if attribute["name"] == "userName")
    assert user_name["multiValued"] is False
    assert "subAttributes" not in user_name


def test_a_resource_type_lists_its_extensions() -> None:
    resource = User.to_resource("https://sbe.example/scim/v2")
    assert (resource["id"], resource["endpoint"], resource["schema"]) == ("User", "/Users", USER)
    assert resource["schemaExtensions"] == [
        {"schema": ENTERPRISE_USER, "required": False},
        {"schema": FR_ADMINISTRATION_USER, "required": False},
    ]


def test_types_are_found_by_endpoint_and_name() -> None:
    registry = default_registry()
    assert registry.by_endpoint("Users") is registry.by_endpoint("users") is registry.by_name("User")
    with pytest.raises(KeyError):
        registry.by_endpoint("User")
