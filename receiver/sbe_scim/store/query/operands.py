"""What a comparison of a filter compares with: a column, a constant, a value that is not kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import and_, false, or_, true
from sqlalchemy.sql.elements import ColumnElement

from sbe_scim.protocol import Attribute, AttributePath, InvalidFilter, instant
from sbe_scim.store.index import comparable
from sbe_scim.store.query.comparison import compare, compare_ordered

Condition = ColumnElement[bool]
Value = str | bool | int | float


class Operand(Protocol):
    """One side of a comparison; its conditions are never NULL."""

    def compare(self, operator: str, value: Value) -> Condition:
        """The comparison holds for one of the values, or there is none and it is ``ne``."""

    def present(self) -> Condition:
        """There is a value."""


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A text column that holds ``attribute`` in comparable form."""

    column: Any
    attribute: Attribute
    nullable: bool = False

    def compare(self, operator: str, value: Value) -> Condition:
        """Compare by code point."""
        condition = compare(self.column, operator, comparable(self.attribute, value, operator))
        if not self.nullable:
            return condition
        if operator == "ne":
            return or_(self.column.is_(None), condition)
        return and_(self.column.isnot(None), condition)

    def present(self) -> Condition:
        """Not NULL and not empty."""
        return and_(self.column.isnot(None), self.column != "")


@dataclass(frozen=True, slots=True)
class BooleanColumn:
    """A boolean column without NULL."""

    column: Any

    def compare(self, operator: str, value: Value) -> Condition:
        """Compare for equality: the parser lets no other operator pass."""
        wanted = bool(value) if operator == "eq" else not value
        condition: Condition = self.column.is_(wanted)
        return condition

    def present(self) -> Condition:
        """Always."""
        return true()


@dataclass(frozen=True, slots=True)
class TimeColumn:
    """A column of microseconds since 1970, without NULL."""

    column: Any

    def compare(self, operator: str, value: Value) -> Condition:
        """Compare in time, whatever the offset the client writes."""
        return compare_ordered(self.column, operator, instant(str(value)))

    def present(self) -> Condition:
        """Always."""
        return true()


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that every resource of the type has."""

    value: str
    attribute: Attribute

    def compare(self, operator: str, value: Value) -> Condition:
        """Decide here; the database is told the result."""
        return true() if self.holds(operator, value) else false()

    def holds(self, operator: str, value: Value) -> bool:
        """Tell whether the comparison holds."""
        ours, theirs = comparable(self.attribute, self.value), comparable(self.attribute, value, operator)
        return {
            "eq": ours == theirs,
            "ne": ours != theirs,
            "co": theirs in ours,
            "sw": ours.startswith(theirs),
            "ew": ours.endswith(theirs),
            "gt": ours > theirs,
            "ge": ours >= theirs,
            "lt": ours < theirs,
            "le": ours <= theirs,
        }[operator]

    def present(self) -> Condition:
        """Always."""
        return true()


@dataclass(frozen=True, slots=True)
class Key:
    """The key of a resource; ``here`` holds for all rows of a search and brings in the unique index."""

    column: TextColumn
    here: tuple[Condition, ...]

    def compare(self, operator: str, value: Value) -> Condition:
        """Compare with the folded key."""
        return and_(*self.here, self.column.compare(operator, value))

    def present(self) -> Condition:
        """A name is required, and more than blanks."""
        return self.column.present()


def refuse(path: AttributePath) -> InvalidFilter:
    """The refusal of a path that cannot be filtered by."""
    return InvalidFilter(f"filtering by {path} is not supported")
