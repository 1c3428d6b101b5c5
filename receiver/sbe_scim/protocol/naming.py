"""From the names that a client has for schemas and attributes to those that they have here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sbe_scim.protocol.errors import InvalidSyntax
from sbe_scim.protocol.policy import Naming
from sbe_scim.protocol.schema.attributes import AttributePath, lowered
from sbe_scim.protocol.schema.registry import ResourceType


def renamed_path(text: str, naming: Naming) -> str:
    """Return an attribute notation or a PATCH path as it is called here."""
    head, bracket, rest = text.partition("[")
    return _renamed(head, naming) + bracket + rest


def named_path(text: str, resource_type: ResourceType, naming: Naming | None) -> AttributePath | None:
    """Return the attribute that a filter, ``sortBy`` or ``attributes`` names, ``None`` where there is none.

    It may lack the URN of its extension. A name that there is here counts before one that a dialect has.
    """
    path = resource_type.path(text) or resource_type.short_paths.get(lowered(text))
    if path is None and naming is not None:
        path = resource_type.path(renamed_path(text, naming))
    return path


def names_within(text: str, naming: Naming) -> list[str]:
    """What the attributes of this URN are called here, where they have other names."""
    prefix = f"{lowered(text)}:"
    return [target for name, target in naming.attributes.items() if name.startswith(prefix)]


def leads_to_names(text: str, naming: Naming) -> bool:
    """Tell whether this is the URN of attributes that have another name here."""
    return bool(names_within(text, naming))


def renamed_body(resource_type: ResourceType, body: Mapping[str, Any], naming: Naming) -> Mapping[str, Any]:
    """Return the body of a POST or PUT with the names that there are here.

    What is sent under its own name too counts as that says.
    """
    if not naming.has_names:
        return body
    renamed: dict[str, Any] = {}
    moved: list[tuple[str, Any]] = []
    for key, value in body.items():
        if lowered(key) == "schemas":
            renamed[key] = _renamed_schemas(value, naming)
        elif isinstance(value, Mapping) and (leads_to_names(key, naming) or lowered(key) in naming.schemas):
            for part, inner in value.items():
                moved.append((_renamed(f"{key}:{part}", naming), inner))
        elif (name := _renamed(key, naming)) != key:
            moved.append((name, value))
        else:
            renamed[key] = value
    for name, value in moved:
        _put(resource_type, renamed, name, value)
    return renamed


def unfolded(resource_type: ResourceType, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return ``body`` itself, or with a colon behind the URN of its type where attributes stand in an object of that
    name or behind it with a dot; ``InvalidSyntax`` where one is given twice by that."""
    urn = resource_type.schema.id
    folded = lowered(urn)
    if not any(":" in key and lowered(key).startswith(folded) for key in body):
        return body
    result: dict[str, Any] = {}
    for key, value in body.items():
        name = lowered(key)
        if name == folded and isinstance(value, Mapping):
            parts = {f"{urn}:{part}": inner for part, inner in value.items()}
        else:
            parts = {f"{urn}:{key[len(urn) + 1 :]}" if name.startswith(f"{folded}.") else key: value}
        if twice := next((part for part in parts if part in result), None):
            raise InvalidSyntax(f"{twice.rpartition(':')[2]} is given twice")
        result |= parts
    return result


def unknown_names(naming: Naming, kinds: tuple[ResourceType, ...]) -> Iterator[str]:
    """Yield what names lead to that is nothing."""
    urns = {lowered(urn) for kind in kinds for urn in (kind.schema.id, *kind.extension_index)}
    yield from (target for target in naming.schemas.values() if lowered(target) not in urns)
    yield from (target for target in naming.attributes.values() if not any(kind.path(target) for kind in kinds))


def _renamed(name: str, naming: Naming) -> str:
    folded = lowered(name.strip())
    found = naming.attributes.get(folded) or naming.schemas.get(folded)
    if found is not None:
        return found
    owner, _, part = name.strip().rpartition(".")
    if lowered(owner) in naming.attributes:
        return f"{naming.attributes[lowered(owner)]}.{part}"
    for urn, other in naming.schemas.items():
        if folded.startswith((f"{urn}:", f"{urn}.")):
            return other + name.strip()[len(urn) :]
    return name


def _renamed_schemas(listed: Any, naming: Naming) -> Any:
    if not isinstance(listed, list):
        return listed
    names = [naming.schemas.get(lowered(uri), uri) if isinstance(uri, str) else uri for uri in listed]
    return [uri for place, uri in enumerate(names) if uri not in names[:place]]


def _put(resource_type: ResourceType, body: dict[str, Any], name: str, value: Any) -> None:
    path = resource_type.path(name)
    if path is None:
        # Not ours: told under the name that it has here.
        body.setdefault(name, value)
        return
    holder = body if path.schema is None else _inner(body, path.schema)
    if path.sub is None or holder is None:
        _say(holder, path.attribute.name, value)
    elif path.attribute.multi_valued:
        _say(holder, path.attribute.name, [{path.sub.name: value}])
    else:
        _say(_inner(holder, path.attribute.name), path.sub.name, value)


def _inner(holder: dict[str, Any], name: str) -> dict[str, Any] | None:
    """The object of this name, made where there is none; ``None`` where something else is said."""
    key = next((key for key in holder if lowered(key) == lowered(name)), name)
    found = holder.get(key)
    if found is not None and not isinstance(found, Mapping):
        return None
    holder[key] = inner = dict(found or {})
    return inner


def _say(holder: dict[str, Any] | None, name: str, value: Any) -> None:
    if holder is not None and all(lowered(key) != lowered(name) for key in holder):
        holder[name] = value
