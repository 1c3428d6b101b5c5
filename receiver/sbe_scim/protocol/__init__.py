"""SCIM 2.0 without I/O: schemas, documents, filters, PATCH, pages and projections (RFC 7643, RFC 7644).

Nothing here knows of HTTP, of a database or of the rest of the project. Texts that come from clients never appear in
errors; names of attributes do.

``Group.members`` is never part of a document. :func:`normalise` returns the members of a body apart, in
``Normalised.members`` (by id; ``None`` when the body said nothing of them), and :func:`apply_patch` as a
:class:`MemberChange`.

``AttributePath.schema`` is ``None`` for core and common attributes and the URN for those of an extension.
"""

from sbe_scim.protocol.bulk import BULK_REQUEST_URN, BULK_RESPONSE_URN, BulkOperation, BulkRequest, makers, parse_bulk
from sbe_scim.protocol.dialect import DialectError, dialects, policy, strictnesses, use_own
from sbe_scim.protocol.document import Member, Normalised, changed_paths, check_nothing_is_lost, normalise, primary_mail
from sbe_scim.protocol.errors import (
    ExpiredCursor,
    Forbidden,
    Held,
    InternalError,
    InvalidCount,
    InvalidCursor,
    InvalidFilter,
    InvalidPath,
    InvalidSyntax,
    InvalidValue,
    Mutability,
    NoTarget,
    NotFound,
    PayloadTooLarge,
    PreconditionFailed,
    RateLimited,
    RequestTimeout,
    ScimError,
    Sensitive,
    SourceDisabled,
    TooManyResults,
    Unauthorized,
    Unavailable,
    Uniqueness,
    UnknownAttribute,
    UnknownIssuer,
    Unresolved,
    Unsupported,
    UnsupportedCoding,
    UnsupportedMediaType,
)
from sbe_scim.protocol.filter.across import parse_filter_across
from sbe_scim.protocol.filter.match import matches
from sbe_scim.protocol.filter.parser import parse_filter
from sbe_scim.protocol.filter.tree import And, Comparison, Filter, Not, Or, Present, ValuePath
from sbe_scim.protocol.messages import (
    ERROR_URN,
    LIST_RESPONSE_URN,
    PATCH_OP_URN,
    SEARCH_REQUEST_URN,
    list_response,
    read_message,
)
from sbe_scim.protocol.names import name_key
from sbe_scim.protocol.order import Circle, in_order, is_circle
from sbe_scim.protocol.pages import CursorPage, Page, parse_page
from sbe_scim.protocol.patch.members import MemberChange, texts
from sbe_scim.protocol.patch.operations import Operation, PatchResult, apply_patch, parse_patch
from sbe_scim.protocol.patch.path import PatchPath, parse_attribute_path, parse_patch_path
from sbe_scim.protocol.policy import Policy
from sbe_scim.protocol.projection import Projection
from sbe_scim.protocol.schema.attributes import Attribute, AttributePath
from sbe_scim.protocol.schema.core import GROUP, USER
from sbe_scim.protocol.schema.definition import DefinitionError, read_schema
from sbe_scim.protocol.schema.extensions import ENTERPRISE_USER
from sbe_scim.protocol.schema.registry import End, Registry, Relation, ResourceType, default_registry, registry
from sbe_scim.protocol.schema.schema import Schema
from sbe_scim.protocol.sort import Order, parse_orders_across
from sbe_scim.protocol.values import fold, instant

__all__ = [
    "BULK_REQUEST_URN",
    "BULK_RESPONSE_URN",
    "ENTERPRISE_USER",
    "ERROR_URN",
    "GROUP",
    "LIST_RESPONSE_URN",
    "PATCH_OP_URN",
    "SEARCH_REQUEST_URN",
    "USER",
    "And",
    "Attribute",
    "AttributePath",
    "BulkOperation",
    "BulkRequest",
    "Circle",
    "Comparison",
    "CursorPage",
    "DefinitionError",
    "DialectError",
    "End",
    "ExpiredCursor",
    "Filter",
    "Forbidden",
    "Held",
    "InternalError",
    "InvalidCount",
    "InvalidCursor",
    "InvalidFilter",
    "InvalidPath",
    "InvalidSyntax",
    "InvalidValue",
    "Member",
    "MemberChange",
    "Mutability",
    "NoTarget",
    "Normalised",
    "Not",
    "NotFound",
    "Operation",
    "Or",
    "Order",
    "Page",
    "PatchPath",
    "PatchResult",
    "PayloadTooLarge",
    "Policy",
    "PreconditionFailed",
    "Present",
    "Projection",
    "RateLimited",
    "Registry",
    "Relation",
    "RequestTimeout",
    "ResourceType",
    "Schema",
    "ScimError",
    "Sensitive",
    "SourceDisabled",
    "TooManyResults",
    "Unauthorized",
    "Unavailable",
    "Uniqueness",
    "UnknownAttribute",
    "UnknownIssuer",
    "Unresolved",
    "Unsupported",
    "UnsupportedCoding",
    "UnsupportedMediaType",
    "ValuePath",
    "apply_patch",
    "changed_paths",
    "check_nothing_is_lost",
    "default_registry",
    "dialects",
    "fold",
    "in_order",
    "instant",
    "is_circle",
    "list_response",
    "makers",
    "matches",
    "name_key",
    "normalise",
    "parse_attribute_path",
    "parse_bulk",
    "parse_filter",
    "parse_filter_across",
    "parse_orders_across",
    "parse_page",
    "parse_patch",
    "parse_patch_path",
    "policy",
    "primary_mail",
    "read_message",
    "read_schema",
    "registry",
    "strictnesses",
    "texts",
    "use_own",
]
