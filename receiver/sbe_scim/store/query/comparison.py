"""Comparisons of RFC 7644 §3.4.2.2 on one column, the same on every database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, false, func, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Boolean

from sbe_scim.protocol.values import storable
from sbe_scim.store.tables import INDEXED_PREFIX

_LAST_CODE_POINT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


class contains(FunctionElement[bool]):
    """``contains(haystack, needle)``. LIKE would not do: SQLite folds case in it, PostgreSQL does not."""

    type = Boolean()
    inherit_cache = True
    name = "contains"


@compiles(contains, "sqlite")
def _contains_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"(instr({compiler.process(element.clauses, **options)}) > 0)"


@compiles(contains, "postgresql")
def _contains_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"(strpos({compiler.process(element.clauses, **options)}) > 0)"


def compare(column: Any, operator: str, value: str, *, prefix: Any = None) -> ColumnElement[bool]:
    """Compare a text column with a text; both are in comparable form.

    ``prefix`` is the indexed expression for the first characters of the column, where the column itself has no index.
    """
    if not storable(value):
        # No database would take the parameter, and no stored text can hold it.
        return true() if operator == "ne" else false()
    if operator == "co":
        return contains(column, value)
    if operator == "ew":
        return and_(
            func.length(column) >= len(value), func.substr(column, func.length(column) - len(value) + 1) == value
        )
    if operator in ("eq", "sw"):
        return _starts(column, operator, value, prefix)
    return compare_ordered(column, operator, value)


def compare_ordered(column: Any, operator: str, value: Any) -> ColumnElement[bool]:
    """Compare a column with a value of its type, by order or for equality."""
    condition: ColumnElement[bool] = _ORDERED[operator](column, value)
    return condition


_ORDERED: dict[str, Any] = {
    "eq": lambda column, value: column == value,
    "ne": lambda column, value: column != value,
    "gt": lambda column, value: column > value,
    "ge": lambda column, value: column >= value,
    "lt": lambda column, value: column < value,
    "le": lambda column, value: column <= value,
}


def _starts(column: Any, operator: str, value: str, prefix: Any) -> ColumnElement[bool]:
    exact = column == value if operator == "eq" else func.substr(column, 1, len(value)) == value
    if prefix is None:
        return exact if operator == "eq" else _between(column, value)
    if operator == "eq":
        head = prefix == value[:INDEXED_PREFIX]
        return head if len(value) < INDEXED_PREFIX else and_(head, exact)
    head = _between(prefix, value[:INDEXED_PREFIX])
    return head if len(value) <= INDEXED_PREFIX else and_(head, exact)


def _between(column: Any, start: str) -> ColumnElement[bool]:
    """``column`` starts with ``start``, as a range that an index serves."""
    end = _after(start)
    return column >= start if end is None else and_(column >= start, column < end)


def _after(start: str) -> str | None:
    """The least text above every text that begins with ``start``; ``None`` when there is none."""
    head = start.rstrip(chr(_LAST_CODE_POINT))
    if not head:
        return None
    following = ord(head[-1]) + 1
    return head[:-1] + chr(_SURROGATES.stop if following in _SURROGATES else following)
