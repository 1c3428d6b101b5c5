"""Very many people in a receiver's database, faster than by requests."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection

from sbe_scim.protocol import USER as URN
from sbe_scim.protocol import default_registry
from sbe_scim.protocol.schema.extensions import ENTERPRISE_USER
from sbe_scim.store.index import path_number
from sbe_scim.store.tables import SEGMENT

(USER,) = (kind.number for kind in default_registry().resource_types if kind.schema.id == URN)


def identifier(number: int) -> str:
    """The SCIM id of a person of the crowd."""
    return f"00000000-0000-4000-8000-{100_000_000_000 + number}"


def crowd(connection: Connection, source: int, first: int, last: int, *, analysed: bool = True) -> None:
    """Add the people ``first`` to ``last``; all have a work address, a department and a title, as most have.

    ``analysed``: PostgreSQL knows the tables afterwards, as it does a minute later.
    """
    numbers = f"WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
    people = (
        f"{numbers} SELECT '00000000-0000-4000-8000-' || CAST(100000000000 + i AS TEXT), {USER}, :source, 0,"
        " 'crowd' || CAST(i AS TEXT), 'crowd' || CAST(i AS TEXT) || '@example.org', 'c' || CAST(i AS TEXT), 'Crowd',"
        " true, 1, :first, 1, :document FROM n"
    )
    columns = (
        "id, type, source, scope, key, mail_key, external_id, display, active, version, created, modified, document"
    )
    batch = {"source": source, "first": first}
    document = {"document": f'{{"schemas":["{URN}"]}}'}
    connection.execute(text(f"INSERT INTO scim_resource ({columns}) {people}"), batch | document)
    values = {
        path_number(None, "emails", "value"): "key || '@example.org'",
        path_number(None, "emails", "type"): "'work'",
        path_number(None, "emails", "primary"): "'true'",
        path_number(None, "title"): "'agent'",
        path_number(ENTERPRISE_USER, "department"): "'dsi'",
    }
    for path, value in values.items():
        rows = f"SELECT pk, {path}, 0, {value} FROM scim_resource WHERE created = :first AND display = 'Crowd'"
        connection.execute(text(f"INSERT INTO scim_attr_value (resource, path, element, value) {rows}"), batch)
    for table, more, by in (
        ("scim_counter", "", "type"),
        ("scim_segment", f"pk / {SEGMENT}, ", f"type, pk / {SEGMENT}"),
    ):
        connection.execute(text(f"DELETE FROM {table} WHERE source = {source}"))
        counted = f"SELECT source, type, {more}count(*) FROM scim_resource WHERE source = {source} AND deleted IS NULL"
        connection.execute(text(f"INSERT INTO {table} {counted} GROUP BY source, {by}"))
    if analysed and connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE"))
