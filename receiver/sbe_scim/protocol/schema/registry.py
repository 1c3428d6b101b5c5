"""Resource types, with every spelling of every attribute compiled into one look-up (RFC 7643 §6, RFC 7644 §3.10)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from sbe_scim.protocol.schema.attributes import Attribute, AttributePath, attribute_index, lowered
from sbe_scim.protocol.schema.core import COMMON_ATTRIBUTES, GROUP_SCHEMA, USER_SCHEMA
from sbe_scim.protocol.schema.definition import DefinitionError
from sbe_scim.protocol.schema.extensions import ENTERPRISE_USER, ENTERPRISE_USER_SCHEMA, SHIPPED
from sbe_scim.protocol.schema.schema import Schema

_USER, _GROUP = 1, 2
RESOURCE_TYPE = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"


@dataclass(frozen=True, slots=True)
class End:
    """What may stand at the other end of a relation: the ``number`` and ``endpoint`` of its type, and the ``label``
    that is the ``type`` of each element."""

    number: int
    endpoint: str
    label: str


@dataclass(frozen=True, slots=True)
class Relation:
    """The attribute in which a type shows memberships: ``members`` of a group, ``groups`` of a user.

    The second of ``ends`` is there by groups in groups: they are members, and people are in those around theirs.
    """

    attribute: str
    ends: tuple[End, ...]


@dataclass(frozen=True, eq=False, slots=True)
class ResourceType:
    """A kind of resource: ``endpoint`` is the segment of its URL, such as ``Users``; no extension is required.

    ``number`` stands for the type where resources are stored: it never changes and is never another's. ``key`` is the
    attribute by which people know a resource; it is unique in ``key_scope``, on the whole server or within a source.
    """

    name: str
    number: int
    endpoint: str
    schema: Schema
    key: str
    key_scope: Literal["server", "source"]
    relation: Relation
    #: Its resources can be disabled: ``active`` is always said.
    has_active: bool = False
    #: Its resources can be members of groups.
    joins_groups: bool = False
    #: Names of the types that its members may have; empty for a type without members.
    member_types: tuple[str, ...] = ()
    extensions: tuple[Schema, ...] = ()
    #: URNs of extensions of which documents may hold attributes that are not declared any more.
    retired: frozenset[str] = frozenset()
    #: Top level of a document by canonical, lower-cased and qualified key; an extension is a complex attribute.
    index: Mapping[str, Attribute] = field(init=False, repr=False)
    #: Every notation of every attribute, lower-cased, with and without URN.
    paths: Mapping[str, AttributePath] = field(init=False, repr=False)
    #: Attributes of extensions without their URN, where no core attribute has the name (Entra ID filters so by
    #: manager), all attributes with a dot behind their URN, as Apache SCIMple writes them, and the parts of ``name``
    #: alone, as Grouper writes them.
    short_paths: Mapping[str, AttributePath] = field(init=False, repr=False)
    #: Every attribute once, those of extensions included, without sub-attributes and without whole extensions.
    attribute_paths: tuple[AttributePath, ...] = field(init=False, repr=False)
    #: Extensions by URN.
    extension_index: Mapping[str, Schema] = field(init=False, repr=False)
    #: ``Group.members``, which is kept apart from the document; ``None`` for types without.
    members: Attribute | None = field(init=False, repr=False)
    #: What stands in the JSON of every document of which not all is shown unless somebody asks.
    withheld: tuple[str, ...] = field(init=False, repr=False)
    #: What extensions have that is set once.
    immutable: tuple[AttributePath, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        containers = tuple(
            Attribute(schema.id, "complex", sub_attributes=schema.attributes, description=schema.description)
            for schema in self.extensions
        )
        top = (*COMMON_ATTRIBUTES, *self.schema.attributes, *containers)
        own = (*COMMON_ATTRIBUTES, *self.schema.attributes)
        qualified = {f"{self.schema.id}:{attribute.name}".lower(): attribute for attribute in own}
        object.__setattr__(self, "index", attribute_index(top) | qualified)
        object.__setattr__(self, "paths", dict(_notations(self, containers)))
        object.__setattr__(
            self, "short_paths", _parts(self.paths) | _short_paths(self.paths) | _dotted_paths(self.paths)
        )
        whole = (path for path in self.paths.values() if path.sub is None and path.attribute not in containers)
        object.__setattr__(self, "attribute_paths", tuple(dict.fromkeys(whole)))
        object.__setattr__(self, "extension_index", {schema.id: schema for schema in self.extensions})
        object.__setattr__(self, "members", self.schema.index.get("members"))
        hiding = {schema.id for schema in self.extensions if any(map(_hides, schema.attributes))}
        object.__setattr__(self, "withheld", tuple(f'"{urn}"' for urn in sorted(hiding | self.retired)))
        once = (path for path in self.paths.values() if path.schema and path.leaf.mutability == "immutable")
        object.__setattr__(self, "immutable", tuple(once))

    def path(self, notation: str) -> AttributePath | None:
        """Return the attribute that ``notation`` names, in any case, or ``None``."""
        return self.paths.get(lowered(notation))

    def to_resource(self, base_url: str = "") -> dict[str, Any]:
        """Return the resource of ``/ResourceTypes``; ``base_url`` is the SCIM base URL, without trailing slash."""
        return {
            "schemas": [RESOURCE_TYPE],
            "id": self.name,
            "name": self.name,
            "endpoint": f"/{self.endpoint}",
            "description": self.schema.description,
            "schema": self.schema.id,
            "schemaExtensions": [{"schema": schema.id, "required": False} for schema in self.extensions],
            "meta": {"resourceType": "ResourceType", "location": f"{base_url}/ResourceTypes/{self.name}"},
        }


class Registry:
    """The resource types that are served."""

    def __init__(self, resource_types: tuple[ResourceType, ...]) -> None:
        self.resource_types = resource_types
        self._by_endpoint = {resource_type.endpoint.lower(): resource_type for resource_type in resource_types}
        self._by_name = {resource_type.name: resource_type for resource_type in resource_types}
        self._by_number = {resource_type.number: resource_type for resource_type in resource_types}
        schemas = (schema for kind in resource_types for schema in (kind.schema, *kind.extensions))
        self.schemas: Mapping[str, Schema] = {schema.id: schema for schema in schemas}

    def by_endpoint(self, endpoint: str) -> ResourceType:
        """Return the type served under ``endpoint``, such as ``Users``, in any case; raise ``KeyError``."""
        return self._by_endpoint[endpoint.lower()]

    def by_name(self, name: str) -> ResourceType:
        """Return the type called ``name``, such as ``User``; raise ``KeyError``."""
        return self._by_name[name]

    def by_number(self, number: int) -> ResourceType:
        """Return the type that is stored as ``number``; raise ``KeyError``."""
        return self._by_number[number]


@cache
def default_registry() -> Registry:
    """Return the registry of this service without extensions of an operator: users and groups."""
    return registry(())


def registry(defined: Sequence[Schema], retired: Collection[str] = ()) -> Registry:
    """Return the registry with the extensions that an operator has defined; the end of its URN says of which type.

    ``retired`` are URNs of which stored documents hold attributes that are not declared any more. Raises
    :class:`DefinitionError`.
    """
    extensions = (ENTERPRISE_USER_SCHEMA, *SHIPPED, *sorted(defined, key=lambda schema: schema.id))

    def of(name: str) -> dict[str, Any]:
        return {
            "extensions": tuple(schema for schema in extensions if _extended(schema.id) == name),
            "retired": frozenset(urn for urn in retired if _extended(urn) == name),
        }

    user = ResourceType(
        "User",
        _USER,
        "Users",
        USER_SCHEMA,
        key="userName",
        key_scope="server",
        relation=Relation("groups", (End(_GROUP, "Groups", "direct"), End(_GROUP, "Groups", "indirect"))),
        has_active=True,
        joins_groups=True,
        **of("User"),
    )
    group = ResourceType(
        "Group",
        _GROUP,
        "Groups",
        GROUP_SCHEMA,
        key="displayName",
        key_scope="source",
        relation=Relation("members", (End(_USER, "Users", "User"), End(_GROUP, "Groups", "Group"))),
        member_types=("User", "Group"),
        **of("Group"),
    )
    found = Registry((user, group))
    _check_extensions(found, extensions)
    return found


def _extended(urn: str) -> str:
    """The name of the resource type that an extension with this URN belongs to."""
    return urn.rpartition(":")[2]


def _check_extensions(found: Registry, extensions: Sequence[Schema]) -> None:
    urns: set[str] = set()
    for schema in extensions:
        if schema.id.lower() in urns:
            raise DefinitionError(f"{schema.id}: there is an extension with this URN already")
        urns.add(schema.id.lower())
        kind = next((kind for kind in found.resource_types if schema in kind.extensions), None)
        if kind is None:
            names = " or ".join(kind.name for kind in found.resource_types)
            raise DefinitionError(f"{schema.id}: the end of the URN must be the type that it extends, {names}")
        for attribute in schema.attributes:
            if attribute.name.lower() in kind.schema.index:
                raise DefinitionError(f"{schema.id}:{attribute.name}: {kind.schema.id} has an attribute of this name")


def _hides(attribute: Attribute) -> bool:
    return attribute.returned in ("never", "request") or any(map(_hides, attribute.sub_attributes))


def _short_paths(paths: Mapping[str, AttributePath]) -> dict[str, AttributePath]:
    """Attributes of extensions without their URN; a name that several have stands for that of the RFC, or for none."""
    short: dict[str, AttributePath] = {}
    shared = set()
    for path in paths.values():
        name = str(path).removeprefix(f"{path.schema}:").lower()
        if path.schema is None or name in paths:
            continue
        first = short.setdefault(name, path)
        if path.schema != first.schema and first.schema != ENTERPRISE_USER:
            shared.add(name)
    return {name: path for name, path in short.items() if name not in shared}


def _parts(paths: Mapping[str, AttributePath]) -> dict[str, AttributePath]:
    """Parts of what is there once (``name``) that no attribute is called like, by their own name."""
    single = (path for path in paths.values() if path.schema is None and not path.attribute.multi_valued)
    parts = {path.sub.name.lower(): path for path in single if path.sub and path.sub.mutability != "readOnly"}
    return {name: path for name, path in parts.items() if name not in paths}


def _dotted_paths(paths: Mapping[str, AttributePath]) -> dict[str, AttributePath]:
    """The notations with a URN, with a dot behind it."""
    split = ((notation.rpartition(":"), path) for notation, path in paths.items() if ":" not in path.attribute.name)
    return {f"{urn}.{name}": path for (urn, colon, name), path in split if colon}


def _notations(kind: ResourceType, containers: tuple[Attribute, ...]) -> Iterator[tuple[str, AttributePath]]:
    for attribute in (*COMMON_ATTRIBUTES, *kind.schema.attributes):
        for path in _with_subs(None, attribute):
            yield str(path).lower(), path
            yield f"{kind.schema.id}:{path}".lower(), path
    for container in containers:
        yield container.name.lower(), AttributePath(None, container)
        for attribute in container.sub_attributes:
            for path in _with_subs(container.name, attribute):
                yield str(path).lower(), path


def _with_subs(schema: str | None, attribute: Attribute) -> Iterator[AttributePath]:
    yield AttributePath(schema, attribute)
    for sub in attribute.sub_attributes:
        yield AttributePath(schema, attribute, sub)
