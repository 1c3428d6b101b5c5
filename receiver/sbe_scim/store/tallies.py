"""What all processes on the database have counted together, for as long as it exists."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from sqlalchemy import select, text
from sqlalchemy.engine import Connection

from sbe_scim.store import tables

#: The name of a tally and the values of its labels.
Key = tuple[str, tuple[str, ...]]

_add = text(
    f"INSERT INTO {tables.metric.name} (name, labels, value) VALUES (:name, :labels, :value)"  # noqa: S608 - a constant
    f" ON CONFLICT (name, labels) DO UPDATE SET value = {tables.metric.name}.value + excluded.value"
)


def add(connection: Connection, counted: Mapping[Key, int]) -> None:
    """Add to the tallies; in one order, so that no two processes wait for each other."""
    rows = [{"name": name, "labels": json.dumps(labels), "value": counted[name, labels]} for name, labels in counted]
    if rows:
        connection.execute(_add, sorted(rows, key=lambda row: (row["name"], row["labels"])))


def every(connection: Connection) -> Iterator[tuple[Key, int]]:
    """All tallies, in the order of their keys."""
    m = tables.metric.c
    for name, labels, value in connection.execute(select(m.name, m.labels, m.value).order_by(m.name, m.labels)):
        yield (name, tuple(json.loads(labels))), value
