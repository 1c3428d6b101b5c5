"""What resources are sorted by, as SQL, and where to begin and to go on in that order; the same on every database.

The order is one of all resources: by value, who has none behind the others, by pk among equals. Descending is its exact
reverse, and so is the way back from a page to the one before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Integer, Text

from sbe_scim.store import tables

Condition = ColumnElement[bool]

_r = tables.resource.c


class by_code_point(FunctionElement[str]):
    """A text expression that is sorted by code point, whatever the collation of the database."""

    type = Text()
    inherit_cache = True
    name = "by_code_point"


@compiles(by_code_point, "sqlite")
def _by_code_point_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)})"


@compiles(by_code_point, "postgresql")
def _by_code_point_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f'({compiler.process(element.clauses, **options)} COLLATE "C")'


class by_no_index(FunctionElement[int]):
    """A column that SQLite is not to enter a table by. PostgreSQL knows better, by counting."""

    type = Integer()
    inherit_cache = True
    name = "by_no_index"


@compiles(by_no_index, "sqlite")
def _by_no_index_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"+{compiler.process(element.clauses, **options)}"


@compiles(by_no_index, "postgresql")
def _by_no_index_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    text: str = compiler.process(element.clauses, **options)
    return text


@dataclass(frozen=True, slots=True)
class Place:
    """Where a resource stands in an order: its value, ``None`` where it has none, and its pk.

    ``part`` says in which list, where several are merged.
    """

    value: str | int | None
    pk: int
    part: int = 0


def alone(resource: Any) -> Any:
    """Add nothing to the table of resources."""
    return resource


@dataclass(frozen=True, slots=True)
class Walk:
    """A way through resources in their order, along an index, where there is one."""

    #: The value and the pk, as the index has them.
    value: Any
    pk: Any
    #: What holds for those with a value, and for those without.
    some: Condition
    none: Condition
    #: Adds what ``some`` and ``value`` speak of to the table of resources.
    join: Callable[[Any], Any] = alone
    #: No two resources have the same value.
    unique: bool = False
    #: The index is that of the values alone, whoever's they are.
    led: bool = False


@dataclass(frozen=True, slots=True)
class SortKey:
    """What resources are sorted by: an expression, ``None`` where all have the same."""

    value: Any = None
    nullable: bool = False
    #: Adds what ``value`` speaks of to the table of resources, without leaving out a resource.
    join: Callable[[Any], Any] = alone
    walk: Walk | None = None
    #: What is the value of all, or what all values begin with, where those of another type have another.
    alike: str = ""

    def order(self, up: bool, value: Any = None, pk: Any = _r.pk) -> tuple[Any, ...]:
        """What ``ORDER BY`` has, ``up`` or the other way; ``value`` and ``pk`` may have other names."""
        if self.value is None:
            return directed((pk,), up)
        value = self.value if value is None else value
        return directed((*((value.is_(None),) if self.nullable else ()), value, pk), up)

    def beyond(self, place: Place, up: bool) -> Condition:
        """Who stands behind a place, ``up`` or the other way."""
        equal = _behind(_r.pk, place.pk, up)
        if self.value is None:
            return equal
        if place.value is None:
            with_value = () if up else (self.value.isnot(None),)
            return or_(and_(self.value.is_(None), equal), *with_value)
        without_value = (self.value.is_(None),) if up and self.nullable else ()
        return or_(_behind(self.value, place.value, up), and_(self.value == place.value, equal), *without_value)


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of a walk that one index serves from its beginning to its end."""

    has_value: bool
    condition: Condition
    order: tuple[Any, ...]


def legs(key: SortKey, walk: Walk, place: Place | None, up: bool) -> list[Leg]:
    """The parts of a walk from a place, or from the beginning, to the end, ``up`` or the other way.

    Those with the value of the place, those with another, those with none: each is a range of an index, which the three
    together are not.
    """
    with_value: list[Leg] = []
    by_value = directed((walk.value,) if walk.unique else (walk.value, walk.pk), up)
    if place is None or (place.value is None and not up):
        with_value = [Leg(True, walk.some, by_value)]
    elif place.value is not None:
        same = and_(walk.some, walk.value == place.value, _behind(walk.pk, place.pk, up))
        others = and_(walk.some, _behind(walk.value, place.value, up))
        with_value = [Leg(True, same, directed((walk.pk,), up)), Leg(True, others, by_value)]
    without_value: list[Leg] = []
    if key.nullable and (place is None or up or place.value is None):
        rest = walk.none
        if place is not None and place.value is None:
            rest = and_(rest, _behind(_r.pk, place.pk, up))
        without_value = [Leg(False, rest, directed((_r.pk,), up))]
    return [*with_value, *without_value] if up else [*without_value, *with_value]


def directed(parts: tuple[Any, ...], up: bool) -> tuple[Any, ...]:
    """What ``ORDER BY`` has for these, ``up`` or the other way."""
    return parts if up else tuple(part.desc() for part in parts)


def _behind(column: Any, value: Any, up: bool) -> Condition:
    condition: Condition = column > value if up else column < value
    return condition
