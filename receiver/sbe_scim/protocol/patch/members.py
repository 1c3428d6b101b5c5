"""PATCH of ``Group.members``, as the difference that it makes: a group of 100,000 is never loaded to add one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sbe_scim.protocol.document import Member, read_members
from sbe_scim.protocol.errors import InvalidFilter, InvalidSyntax, InvalidValue, Mutability, NoTarget
from sbe_scim.protocol.filter.match import matches_element
from sbe_scim.protocol.filter.tree import And, Comparison, Filter, Not, Or, Present
from sbe_scim.protocol.normaliser import Normaliser
from sbe_scim.protocol.patch.effort import Effort, size
from sbe_scim.protocol.patch.path import PatchPath
from sbe_scim.protocol.schema.registry import ResourceType


@dataclass(frozen=True, slots=True)
class MemberChange:
    """What becomes of a group's members, by id.

    With ``reset`` the membership becomes exactly ``add``. Otherwise ``add`` joins (present members stay) and
    ``remove`` leaves (absent ones are no error); the two do not overlap. ``named`` has those to be removed as they were
    written, where they were.
    """

    reset: bool
    add: dict[str, Member]
    remove: frozenset[str]
    named: Mapping[str, Member] = field(default_factory=dict, compare=False)


def texts(value: Any) -> Iterator[str]:
    """Yield every text in the value of an operation; among them are the ids of the members that it names."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from texts(part)


class MemberEditor:
    """Gathers the operations of one PATCH on ``members``; ``present`` reads the members when they are needed."""

    def __init__(
        self,
        resource_type: ResourceType,
        present: Callable[[], Iterable[Member]],
        normaliser: Normaliser,
        effort: Effort,
    ) -> None:
        self._resource_type = resource_type
        self._present = present
        self._loaded: dict[str, Member] | None = None
        self._normaliser = normaliser
        self._effort = effort
        self._reset = False
        self._added: dict[str, Member] = {}
        self._removed: set[str] = set()
        self._named: dict[str, Member] = {}

    def change(self) -> MemberChange | None:
        """Return what all operations come to, ``None`` when they touch nobody."""
        if not (self._reset or self._added or self._removed):
            return None
        return MemberChange(self._reset, self._added, frozenset(self._removed), self._named)

    def apply(self, op: str, target: PatchPath, value: Any) -> None:
        """Apply one operation; ``value`` is ``None`` when it has none."""
        if target.sub is not None:
            raise Mutability(f"members.{target.sub.name} cannot be changed; add or remove the member")
        if target.filter is not None:
            self._apply_filtered(op, target.filter, value)
        elif op == "remove":
            self._remove_listed(value)
        else:
            members = self._read(value)
            if op == "replace":
                self._clear()
            self._add(members)

    def _apply_filtered(self, op: str, filter: Filter, value: Any) -> None:
        if _asks_for_location(filter):
            raise InvalidFilter("filtering by members.$ref is not supported")
        named = _named(filter)
        if op == "remove" and named is not None:
            self._remove(named)
            return
        if op == "add" and value is None:
            if named is None or len(named) > 1 or not self._normaliser.policy.tolerance.create_unmatched:
                raise InvalidValue("a value is required")
            value = [{"value": named[0]}]
        current = self._current()
        self._effort.spend(len(current) * size(filter))
        selected = [id for id, member in current.items() if matches_element(filter, member)]
        if op != "remove":
            members = self._read(value)
            if not selected and not (self._normaliser.policy.tolerance.create_unmatched and named):
                raise NoTarget("no member matches the filter")
            if not selected:
                self._normaliser.met.add("create_unmatched")
            if op == "replace":
                self._remove(selected)
            self._add(members)
        else:
            self._remove(selected)

    def _remove_listed(self, value: Any) -> None:
        if value is None:
            self._clear()
        elif self._normaliser.policy.tolerance.remove_values:
            self._normaliser.met.add("remove_values")
            # Read by the letter of the RFC, the value is ignored and everybody leaves: nobody means that.
            leaving = self._read(value)
            self._named.update(leaving)
            self._remove(leaving)
        else:
            raise InvalidSyntax("remove takes no value; select the members by a filter in the path")

    def _read(self, value: Any) -> dict[str, Member]:
        listed = [value] if isinstance(value, Mapping) else value
        if not isinstance(listed, list | None):
            raise InvalidValue("members must be a list")
        return read_members(self._resource_type, listed, self._normaliser)

    def _current(self) -> dict[str, Member]:
        if self._reset:
            return dict(self._added)
        if self._loaded is None:
            self._loaded = {member["value"]: member for member in self._present()}
        return {id: member for id, member in (self._loaded | self._added).items() if id not in self._removed}

    def _clear(self) -> None:
        self._reset = True
        self._added = {}
        self._removed = set()

    def _add(self, members: Mapping[str, Member]) -> None:
        self._added.update(members)
        self._removed.difference_update(members)

    def _remove(self, ids: Iterable[str]) -> None:
        for id in ids:
            self._added.pop(id, None)
            if not self._reset:
                self._removed.add(id)


def _named(filter: Filter) -> list[str] | None:
    """Return the ids when the filter is ``value eq`` or several of them joined by ``or``, else ``None``."""
    terms = filter.terms if isinstance(filter, Or) else (filter,)
    ids = []
    for term in terms:
        if not isinstance(term, Comparison) or term.operator != "eq" or term.path.leaf.name != "value":
            return None
        ids.append(str(term.value))
    return ids


def _asks_for_location(filter: Filter) -> bool:
    """Tell whether the filter compares ``$ref``, which is written into answers and kept of no member."""
    match filter:
        case Comparison(path) | Present(path):
            return path.leaf.name == "$ref"
        case And(terms) | Or(terms):
            return any(map(_asks_for_location, terms))
        case Not(term):
            return _asks_for_location(term)
    return False
