"""Which attributes an answer shows (RFC 7643 §7 ``returned``, RFC 7644 §3.9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Union

from sbe_scim.protocol.errors import InvalidValue
from sbe_scim.protocol.naming import named_path, names_within
from sbe_scim.protocol.policy import Naming
from sbe_scim.protocol.schema.attributes import Attribute
from sbe_scim.protocol.schema.registry import ResourceType

#: Names, each with the choice among its sub-attributes; ``None`` stands for all of them.
_Selection = dict[str, Union["_Selection", None]]


class Projection:
    """A choice of attributes, compiled for one resource type."""

    def __init__(
        self,
        resource_type: ResourceType,
        only: _Selection | None,
        without: _Selection,
        asked: frozenset[Attribute] = frozenset(),
    ) -> None:
        self._resource_type = resource_type
        self._index = resource_type.index
        self._only = only
        self._without = without
        self._asked = asked

    @classmethod
    def parse(
        cls,
        attributes: str | Sequence[str] | None,
        excluded: str | Sequence[str] | None,
        resource_type: ResourceType,
        naming: Naming | None = None,
    ) -> Projection:
        """Read the parameters ``attributes`` and ``excludedAttributes``: a text with commas, or a JSON list.

        Names are those of filters; what is no name selects nothing. Raise ``InvalidValue`` when both are given.
        """
        if attributes is None and excluded is None:
            return _whole(resource_type)
        only, without = _names("attributes", attributes), _names("excludedAttributes", excluded)
        if only and without:
            raise InvalidValue("attributes and excludedAttributes cannot both be given")
        chosen = _selection(only, resource_type, naming) if only else None
        return cls(resource_type, chosen, _selection(without, resource_type, naming))

    @property
    def is_default(self) -> bool:
        """Nothing was chosen, so that a document is shown as it is."""
        return self._only is None and not self._without and not self._asked

    def after(self, changed: Iterable[str]) -> Projection:
        """Return the choice for the answer to a write of ``changed`` paths: what is returned on request is shown where
        the client has written it (RFC 7643 §7)."""
        if not self._resource_type.withheld or self._only is not None:
            return self
        parts = [path.leaf for name in changed if (path := self._resource_type.path(name)) is not None]
        # Whole extensions, and what is complex in them.
        for _ in range(2):
            parts += [sub for part in parts for sub in part.sub_attributes]
        asked = {part for part in parts if part.returned == "request"}
        return Projection(self._resource_type, self._only, self._without, frozenset(asked)) if asked else self

    def includes(self, name: str) -> bool:
        """Tell whether any part of a top-level attribute, such as ``members``, is shown."""
        return _is_shown(self._index[name], self._only, self._without, self._asked)

    def project(self, resource: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is shown of ``resource``, a canonical document with or without ``id`` and ``meta``."""
        return _project(resource, self._index, self._only, self._without, self._asked)


@lru_cache(maxsize=64)
def _whole(resource_type: ResourceType) -> Projection:
    return Projection(resource_type, None, {})


def _project(
    value: Mapping[str, Any],
    index: Mapping[str, Attribute],
    only: _Selection | None,
    without: _Selection,
    asked: frozenset[Attribute],
) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for key, part in value.items():
        attribute = index.get(key)
        if attribute is None:
            continue
        if not _is_shown(attribute, only, without, asked):
            # What an extension always returns is an attribute of the resource, and not of a value.
            if not attribute.is_extension:
                continue
            part = _project(part, attribute.index, {}, {}, frozenset())
        elif attribute.type == "complex":
            part = _inside(attribute, part, only and only.get(key), without.get(key) or {}, asked)
        if part or attribute.type != "complex":
            shown[key] = part
    return shown


def _inside(
    attribute: Attribute, part: Any, only: _Selection | None, without: _Selection, asked: frozenset[Attribute]
) -> Any:
    if isinstance(part, list):
        projected = (_project(element, attribute.index, only, without, asked) for element in part)
        return [element for element in projected if element]
    return _project(part, attribute.index, only, without, asked)


def _is_shown(attribute: Attribute, only: _Selection | None, without: _Selection, asked: frozenset[Attribute]) -> bool:
    if attribute.returned in ("always", "never"):
        return attribute.returned == "always"
    if only is not None:
        return attribute.name in only
    if attribute in asked:
        return True
    return attribute.returned == "default" and without.get(attribute.name, without) is not None


def _names(parameter: str, given: object) -> list[str]:
    names = given.split(",") if isinstance(given, str) else given or []
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        raise InvalidValue(f"{parameter} must be a list of names")
    return [name.strip() for name in names if name.strip()]


def _selection(names: Sequence[str], resource_type: ResourceType, naming: Naming | None) -> _Selection:
    selection: _Selection = {}
    wholes = [inner for name in names for inner in names_within(name, naming)] if naming is not None else []
    for name in (*names, *wholes):
        path = named_path(name, resource_type, naming)
        if path is None:
            continue
        steps = (path.schema, path.attribute.name, path.sub.name if path.sub else None)
        _select(selection, [step for step in steps if step is not None])
    return selection


def _select(selection: _Selection, steps: list[str]) -> None:
    head, *rest = steps
    if not rest:
        selection[head] = None
        return
    inner = selection.setdefault(head, {})
    # All of it is chosen already: a part adds nothing.
    if inner is not None:
        _select(inner, rest)
