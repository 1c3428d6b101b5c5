"""Users, groups and what all resources have (RFC 7643 §3.1, §4.1, §4.2).

Where the text of RFC 7643 and its example in §8.7.1 differ, the text rules: references and binaries are ``caseExact``
(§2.3.6, §2.3.7). Errata 5368, 5607, 8415, 8471, 8472 and 8475 are applied.
"""

from __future__ import annotations

from sbe_scim.protocol.schema import declare
from sbe_scim.protocol.schema.attributes import Attribute
from sbe_scim.protocol.schema.schema import Schema

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"

#: Code points of a value that identifies: it is indexed, PostgreSQL bounds index entries at 2,704 bytes, and one code
#: point may take six bytes once its case is folded.
KEY_LENGTH = 400

_VALUE = declare.string("value", "The value.")

_MAIL_ADDRESS = declare.string(
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
    declare.string(
        "id",
        "Identifier given by the service.",
        case_exact=True,
        mutability="readOnly",
        returned="always",
        uniqueness="server",
    ),
    declare.string(
        "externalId",
        "Identifier given by the client, unique within its source.",
        case_exact=True,
        uniqueness="server",
        max_length=KEY_LENGTH,
    ),
    declare.complex(
        "meta",
        "What the service knows of the resource.",
        declare.string("resourceType", "Name of the resource type.", case_exact=True, mutability="readOnly"),
        Attribute("created", "dateTime", mutability="readOnly", description="When the resource was made."),
        Attribute("lastModified", "dateTime", mutability="readOnly", description="When it last changed."),
        declare.reference("location", "URL of the resource.", "uri", mutability="readOnly"),
        declare.string("version", "Entity tag of the resource.", case_exact=True, mutability="readOnly"),
        mutability="readOnly",
    ),
)

_NAME = declare.complex(
    "name",
    "The parts of the person's name.",
    declare.string("formatted", "The full name, as it is shown."),
    declare.string("familyName", "The family name."),
    declare.string("givenName", "The given name."),
    declare.string("middleName", "The middle names."),
    declare.string("honorificPrefix", "What goes before the name, such as Dr."),
    declare.string("honorificSuffix", "What goes after the name, such as III."),
)

_ADDRESSES = declare.complex(
    "addresses",
    "The postal addresses of the user.",
    declare.string("formatted", "The full address, as it is written on a letter."),
    declare.string("streetAddress", "Street, number, floor; may have several lines."),
    declare.string("locality", "The town."),
    declare.string("region", "The region."),
    declare.string("postalCode", "The postal code."),
    declare.string("country", "The country, ISO 3166-1 alpha-2."),
    declare.string("type", "What the address is for.", canonical_values=("work", "home", "other")),
    declare.boolean("primary", "Whether this is the preferred address; true at most once."),
    multi_valued=True,
)

_GROUPS = declare.complex(
    "groups",
    "The groups of the user; changed through the groups.",
    declare.string("value", "Identifier of the group.", case_exact=True, mutability="readOnly"),
    declare.reference("$ref", "URL of the group.", "Group", mutability="readOnly"),
    declare.string("display", "Name of the group.", mutability="readOnly", is_name=True),
    declare.string(
        "type",
        "How the user is a member: of the group itself (direct), or of one that is in it (indirect).",
        mutability="readOnly",
        canonical_values=("direct", "indirect"),
    ),
    multi_valued=True,
    mutability="readOnly",
)

USER_SCHEMA = Schema(
    USER,
    "User",
    "A person with an account.",
    (
        declare.string(
            "userName",
            "Unique name of the account. Compared by UsernameCaseMapped of PRECIS (RFC 8265); blanks at the ends,"
            " repeated ones and what cannot be seen do not count.",
            required=True,
            uniqueness="server",
            max_length=KEY_LENGTH,
            is_name=True,
        ),
        _NAME,
        declare.string("displayName", "The name under which the person is shown."),
        declare.string("nickName", "The casual name of the person."),
        declare.reference("profileUrl", "URL of a page about the person.", "external"),
        declare.string("title", "The function of the person."),
        declare.string("userType", "The relation of the person to the organisation."),
        declare.string("preferredLanguage", "The preferred languages, as in an Accept-Language header."),
        declare.string("locale", "The locale for dates, numbers and currency."),
        declare.string("timezone", "The time zone, by its name in the tz database."),
        declare.boolean("active", "Whether the account may be used."),
        declare.string("password", "Accepted and never kept.", mutability="writeOnly", returned="never"),
        declare.plural("emails", _MAIL_ADDRESS, "work", "home", "other"),
        declare.plural("phoneNumbers", _VALUE, "work", "home", "mobile", "fax", "pager", "other"),
        declare.plural("ims", _VALUE, "aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"),
        declare.plural("photos", declare.reference("value", "URL of the picture.", "external"), "photo", "thumbnail"),
        _ADDRESSES,
        _GROUPS,
        declare.plural("entitlements", _VALUE),
        declare.plural("roles", _VALUE),
        declare.plural(
            "x509Certificates",
            Attribute("value", "binary", case_exact=True, description="DER-encoded certificate, in base64."),
        ),
    ),
)

GROUP_SCHEMA = Schema(
    GROUP,
    "Group",
    "A group of people.",
    (
        declare.string(
            "displayName",
            "Name of the group, unique within the identity provider. Compared as userName is.",
            required=True,
            is_name=True,
            uniqueness="server",
            max_length=KEY_LENGTH,
        ),
        declare.complex(
            "members",
            "The members of the group: people, and groups whose members are in it too.",
            declare.string("value", "Identifier of the member.", case_exact=True, mutability="immutable"),
            declare.reference("$ref", "URL of the member.", "User", "Group", mutability="immutable"),
            declare.string("type", "Type of the member.", mutability="immutable", canonical_values=("User", "Group")),
            declare.string("display", "Name of the member.", mutability="readOnly"),
            multi_valued=True,
        ),
    ),
)
