"""The schemas that are served: RFC 7643 §4 and one extension for French administrations.

Where the text of RFC 7643 and its example in §8.7.1 differ, the text rules: references and binaries are ``caseExact``
(§2.3.6, §2.3.7). Errata 5368, 5607, 8415, 8471, 8472 and 8475 are applied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sbe_scim.protocol.schema.attributes import Attribute, attribute_index

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE_USER = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
FR_ADMINISTRATION_USER = "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User"
SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema"

#: Code points of a value that identifies: it is indexed, PostgreSQL bounds index entries at 2,704 bytes, and one code
#: point may take six bytes once its case is folded.
KEY_LENGTH = 400


@dataclass(frozen=True, eq=False, slots=True)
class Schema:
    """A schema (RFC 7643 §7): ``id`` is its URN."""

    id: str
    name: str
    description: str
    attributes: tuple[Attribute, ...]
    #: Attributes by canonical and by lower-cased name.
    index: Mapping[str, Attribute] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", attribute_index(self.attributes))

    def to_resource(self, base_url: str = "") -> dict[str, Any]:
        """Return the resource of ``/Schemas``; ``base_url`` is the SCIM base URL, without trailing slash."""
        return {
            "schemas": [SCHEMA],
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "attributes": [attribute.to_resource() for attribute in self.attributes],
            "meta": {"resourceType": "Schema", "location": f"{base_url}/Schemas/{self.id}"},
        }


def _string(name: str, description: str, **characteristics: Any) -> Attribute:
    return Attribute(name, description=description, **characteristics)


def _boolean(name: str, description: str) -> Attribute:
    return Attribute(name, "boolean", description=description)


def _reference(name: str, description: str, *types: str, **characteristics: Any) -> Attribute:
    return Attribute(
        name, "reference", case_exact=True, reference_types=types, description=description, **characteristics
    )


def _complex(name: str, description: str, *subs: Attribute, **characteristics: Any) -> Attribute:
    return Attribute(name, "complex", description=description, sub_attributes=subs, **characteristics)


def _plural(name: str, value: Attribute, *types: str) -> Attribute:
    """A multi-valued attribute with the default sub-attributes of RFC 7643 §2.4."""
    return _complex(
        name,
        f"The {name} of the user.",
        value,
        _string("display", "A name for people to read."),
        _string("type", "What the value is for.", canonical_values=types),
        _boolean("primary", "Whether this is the preferred value; true at most once."),
        multi_valued=True,
    )


_VALUE = _string("value", "The value.")

_MAIL_ADDRESS = _string(
    "value",
    "The mail address. The one that stands for the person must be unique: the primary one, else the first for work,"
    " else the first.",
    uniqueness="server",
    max_length=KEY_LENGTH,
)

COMMON_ATTRIBUTES = (
    Attribute(
        "schemas",
        "reference",
        multi_valued=True,
        required=True,
        case_exact=True,
        mutability="readOnly",
        returned="always",
        reference_types=("uri",),
        description="URNs of the schemas of the resource.",
    ),
    _string(
        "id",
        "Identifier given by the service.",
        case_exact=True,
        mutability="readOnly",
        returned="always",
        uniqueness="server",
    ),
    _string(
        "externalId",
        "Identifier given by the client, unique within its source.",
        case_exact=True,
        uniqueness="server",
        max_length=KEY_LENGTH,
    ),
    _complex(
        "meta",
        "What the service knows of the resource.",
        _string("resourceType", "Name of the resource type.", case_exact=True, mutability="readOnly"),
        Attribute("created", "dateTime", mutability="readOnly", description="When the resource was made."),
        Attribute("lastModified", "dateTime", mutability="readOnly", description="When it last changed."),
        _reference("location", "URL of the resource.", "uri", mutability="readOnly"),
        _string("version", "Entity tag of the resource.", case_exact=True, mutability="readOnly"),
        mutability="readOnly",
    ),
)

_NAME = _complex(
    "name",
    "The parts of the person's name.",
    _string("formatted", "The full name, as it is shown."),
    _string("familyName", "The family name."),
    _string("givenName", "The given name."),
    _string("middleName", "The middle names."),
    _string("honorificPrefix", "What goes before the name, such as Dr."),
    _string("honorificSuffix", "What goes after the name, such as III."),
)

_ADDRESSES = _complex(
    "addresses",
    "The postal addresses of the user.",
    _string("formatted", "The full address, as it is written on a letter."),
    _string("streetAddress", "Street, number, floor; may have several lines."),
    _string("locality", "The town."),
    _string("region", "The region."),
    _string("postalCode", "The postal code."),
    _string("country", "The country, ISO 3166-1 alpha-2."),
    _string("type", "What the address is for.", canonical_values=("work", "home", "other")),
    _boolean("primary", "Whether this is the preferred address; true at most once."),
    multi_valued=True,
)

_GROUPS = _complex(
    "groups",
    "The groups of the user; changed through the groups.",
    _string("value", "Identifier of the group.", case_exact=True, mutability="readOnly"),
    _reference("$ref", "URL of the group.", "Group", mutability="readOnly"),
    _string("display", "Name of the group.", mutability="readOnly"),
    _string(
        "type",
        "How the user is a member: of the group itself, as groups have no groups in them.",
        mutability="readOnly",
        canonical_values=("direct",),
    ),
    multi_valued=True,
    mutability="readOnly",
)

USER_SCHEMA = Schema(
    USER,
    "User",
    "A person with an account.",
    (
        _string("userName", "Unique name of the account.", required=True, uniqueness="server", max_length=KEY_LENGTH),
        _NAME,
        _string("displayName", "The name under which the person is shown."),
        _string("nickName", "The casual name of the person."),
        _reference("profileUrl", "URL of a page about the person.", "external"),
        _string("title", "The function of the person."),
        _string("userType", "The relation of the person to the organisation."),
        _string("preferredLanguage", "The preferred languages, as in an Accept-Language header."),
        _string("locale", "The locale for dates, numbers and currency."),
        _string("timezone", "The time zone, by its name in the tz database."),
        _boolean("active", "Whether the account may be used."),
        _string("password", "Accepted and never kept.", mutability="writeOnly", returned="never"),
        _plural("emails", _MAIL_ADDRESS, "work", "home", "other"),
        _plural("phoneNumbers", _VALUE, "work", "home", "mobile", "fax", "pager", "other"),
        _plural("ims", _VALUE, "aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"),
        _plural("photos", _reference("value", "URL of the picture.", "external"), "photo", "thumbnail"),
        _ADDRESSES,
        _GROUPS,
        _plural("entitlements", _VALUE),
        _plural("roles", _VALUE),
        _plural(
            "x509Certificates",
            Attribute("value", "binary", case_exact=True, description="DER-encoded certificate, in base64."),
        ),
    ),
)

ENTERPRISE_USER_SCHEMA = Schema(
    ENTERPRISE_USER,
    "EnterpriseUser",
    "A person in an organisation.",
    (
        _string("employeeNumber", "Number or code of the person in the organisation."),
        _string("costCenter", "Name of the cost centre."),
        _string("organization", "Name of the organisation."),
        _string("division", "Name of the division."),
        _string("department", "Name of the department."),
        _complex(
            "manager",
            "The person's manager.",
            _string("value", "Identifier of the manager's user.", case_exact=True),
            # Follows from `value`; one written by a client would go stale at the next change of `value`.
            _reference("$ref", "URL of the manager's user.", "User", mutability="readOnly"),
            _string("displayName", "Name of the manager.", mutability="readOnly"),
        ),
    ),
)

FR_ADMINISTRATION_USER_SCHEMA = Schema(
    FR_ADMINISTRATION_USER,
    "FrAdministrationUser",
    "An agent of a French administration. Flat strings only, because Entra ID can map nothing else.",
    (
        _string("siret", "SIRET of the establishment, 14 digits."),
        _string("organizationalUnit", "Label of the unit."),
        _string("organizationalUnitCode", "Code of the unit.", case_exact=True),
        _string("belongingPopulation", "Population to which the agent belongs."),
        _string("usualName", "Name in use, where it is not the family name."),
        _string("proconnectUid", "ProConnect uid, unique together with proconnectIdpId.", case_exact=True),
        _string("proconnectIdpId", "ProConnect idp_id.", case_exact=True),
        _string("contractEndDate", "Last day of the contract."),
    ),
)

GROUP_SCHEMA = Schema(
    GROUP,
    "Group",
    "A group of people.",
    (
        _string(
            "displayName",
            "Name of the group, unique within the identity provider.",
            required=True,
            uniqueness="server",
            max_length=KEY_LENGTH,
        ),
        _complex(
            "members",
            "The members of the group.",
            _string("value", "Identifier of the member.", case_exact=True, mutability="immutable"),
            _reference("$ref", "URL of the member.", "User", mutability="immutable"),
            _string("type", "Type of the member.", mutability="immutable", canonical_values=("User",)),
            _string("display", "Name of the member.", mutability="readOnly"),
            multi_valued=True,
        ),
    ),
)
