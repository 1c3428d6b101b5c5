"""Which extensions the receiver was started with on a database, and what of them is stored."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.engine import Connection

from sbe_scim.protocol import DefinitionError, Schema
from sbe_scim.store import tables, unique
from sbe_scim.store.index import path_number

_e = tables.extension.c
_a = tables.attr_value.c

#: An attribute as RFC 7643 §7 writes it.
Definition = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension that there is or was: what it declares, or declared last, and what it had declared before.

    ``unindexed`` are paths whose stored values compare as they once did.
    """

    urn: str
    served: bool
    attributes: Sequence[Definition]
    former: Sequence[Definition] = ()
    unindexed: Sequence[str] = ()

    @property
    def is_retired(self) -> bool:
        """Documents may hold something of it that is not declared."""
        return bool(not self.served or self.former)

    @property
    def schema(self) -> Definition:
        """It as a schema resource."""
        return {"id": self.urn, "attributes": list(self.attributes)}


def known(connection: Connection) -> dict[str, Extension]:
    """Return the extensions that this database was ever used with, by URN."""
    rows = connection.execute(select(_e.urn, _e.served, *(_e[name] for name in _LISTS)).order_by(_e.urn))
    return {row[0]: Extension(row[0], row[1], *map(json.loads, row[2:])) for row in rows}


def compared(connection: Connection, schemas: Sequence[Schema]) -> dict[str, Extension]:
    """Return the extensions as they are once the receiver serves ``schemas``.

    Raises :class:`DefinitionError` where values are stored that would be of another type.
    """
    before = known(connection)
    now = {urn: replace(extension, served=False) for urn, extension in before.items()}
    for schema in schemas:
        attributes = [attribute.to_resource() for attribute in schema.attributes]
        was = before.get(schema.id) or Extension(schema.id, True, ())
        declared = {attribute["name"]: attribute for attribute in attributes}
        had = {attribute["name"]: attribute for attribute in (*was.former, *was.attributes)}
        unindexed = set(was.unindexed)
        for name in declared.keys() & had.keys():
            unindexed.update(_changed(connection, schema.id, had[name], declared[name]))
            _check_unique(connection, schema.id, had[name], declared[name], unindexed)
        former = [had[name] for name in sorted(had.keys() - declared.keys())]
        now[schema.id] = Extension(schema.id, True, attributes, former, sorted(unindexed))
    return now


def save(connection: Connection, extensions: Mapping[str, Extension]) -> None:
    """Keep what the receiver is started with; several may start at once."""
    for extension in extensions.values():
        lists = {name: json.dumps(getattr(extension, name), ensure_ascii=False) for name in _LISTS}
        values = {"served": extension.served, **lists}
        connection.execute(_INSERT, {"urn": extension.urn, **values})
        connection.execute(update(tables.extension).where(_e.urn == extension.urn).values(**values))


_LISTS = ("attributes", "former", "unindexed")
_INSERT = text(
    f"INSERT INTO {tables.extension.name} (urn, served, attributes, former, unindexed)"  # noqa: S608 - a constant
    " VALUES (:urn, :served, :attributes, :former, :unindexed) ON CONFLICT DO NOTHING"
)


def _changed(connection: Connection, urn: str, was: Definition, now: Definition) -> Iterator[str]:
    """Paths of which stored values compare otherwise now. Raises :class:`DefinitionError`."""
    attribute = f"{urn}:{was['name']}"
    subs = {sub["name"]: sub for sub in now.get("subAttributes", ())}
    if (was["type"], was["multiValued"]) != (now["type"], now["multiValued"]):
        if _is_stored(connection, urn, was):
            raise DefinitionError(f"{attribute}: {_STORED}")
        return
    for sub in was.get("subAttributes", ()):
        found = subs.get(sub["name"])
        if found is not None and (sub["type"], sub["caseExact"]) == (found["type"], found["caseExact"]):
            continue
        if _is_stored(connection, urn, was, sub):
            if found is None or sub["type"] != found["type"]:
                raise DefinitionError(f"{attribute}.{sub['name']}: {_STORED}")
            yield f"{attribute}.{sub['name']}"
    if was.get("caseExact") != now.get("caseExact") and _is_stored(connection, urn, was):
        yield attribute


def _check_unique(
    connection: Connection, urn: str, was: Definition, now: Definition, unindexed: Collection[str]
) -> None:
    """Raise :class:`DefinitionError` where an attribute is to be unique and what is stored of it may not be."""
    before = {sub["name"]: sub for sub in was.get("subAttributes", ())}
    for sub in now.get("subAttributes", (None,)):
        one, path = (now, now["name"]) if sub is None else (sub, f"{now['name']}.{sub['name']}")
        if one.get("uniqueness", "none") == "none":
            continue
        if f"{urn}:{path}" in unindexed:
            raise DefinitionError(
                f"{urn}:{path}: run sbe-scim index without uniqueness first: it compares otherwise now"
            )
        earlier = was if sub is None else before.get(sub["name"], {})
        number = path_number(urn, now["name"], sub and sub["name"])
        if earlier.get("uniqueness", "none") == "none" and unique.twice(connection, number):
            raise DefinitionError(f"{urn}:{path}: two resources have the same value, so that it cannot be unique")


_STORED = "values of another type are stored under this name; give the attribute another one"


def _is_stored(connection: Connection, urn: str, attribute: Definition, sub: Definition | None = None) -> bool:
    subs = [sub] if sub is not None else attribute.get("subAttributes", ())
    names = [each["name"] for each in subs] or [None]
    numbers = [path_number(urn, attribute["name"], name) for name in names]
    return connection.execute(select(_a.resource).where(_a.path.in_(numbers)).limit(1)).first() is not None
