"""The rows of the journal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection

from sbe_scim.store import tables
from sbe_scim.store.prepared import Prepared, Together
from sbe_scim.store.resources import chunks

_j = tables.journal.c
_insert = Prepared(insert(tables.journal))
_old = select(_j.seq).where(_j.time < bindparam("before")).order_by(_j.time).limit(bindparam("most")).scalar_subquery()
_expire = delete(tables.journal).where(_j.seq.in_(_old))


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows; a column that a row does not name has no value."""
    for _, alike in groupby(rows, key=tuple):
        _insert.run_each(connection, list(alike))


def add_with(together: Together, row: Mapping[str, Any]) -> None:
    """Write a row as :func:`add` does, together with others."""
    together.add(_insert, row)


def forget(connection: Connection, seqs: Collection[int]) -> None:
    """Take away whom these rows were about."""
    for chunk in chunks(seqs):
        update_them = update(tables.journal).where(_j.seq.in_(chunk))
        connection.execute(update_them.values(external_id=None, name=None, mail=None))


def expire(connection: Connection, before: int, most: int) -> int:
    """Delete at most so many rows that are older, and return how many that were."""
    return connection.execute(_expire, {"before": before, "most": most}).rowcount
