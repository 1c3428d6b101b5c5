"""Sources: one provisioning domain each (one realm, one tenant of an identity provider).

Each function works on the caller's connection, in its transaction.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, TypedDict, Unpack

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from sbe_scim.commandline import command
from sbe_scim.store import guards, tables
from sbe_scim.store.clock import now

_LONGEST_NAME = 100
_LONGEST_URL = 500
_LONGEST_CLIENT = 255
_MOST_CLIENTS = 50
#: Requests a second.
HIGHEST_RATE = 100_000
#: Losses within a quarter of an hour that the storm guard lets through.
STORM_LIMIT = 50
HIGHEST_STORM_LIMIT = 1_000_000


class SourceError(ValueError):
    """A source cannot be added, changed or removed; the text says why."""


class UnknownSource(SourceError):
    """There is no source of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no source is named {name!r}")
        self.name = name


class SourceInUse(SourceError):
    """The source owns people or groups, which would belong to nobody without it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"source {name!r} still owns people or groups")
        self.name = name


@dataclass(frozen=True, slots=True)
class Source:
    """Who provisions, in which dialect, and by which tokens; ``created`` in microseconds since 1970.

    ``azp`` are the clients of the issuer whose tokens are accepted beside the connector's (authorized parties).
    ``rate`` is how many requests a second it may send, ``None`` any number. ``persons_token`` is when the token of
    somebody who had signed in was last shown, good but for that, in microseconds since 1970. ``storm_limit`` is how
    many losses the storm guard lets through (:mod:`sbe_scim.store.guards`), ``None`` any number.
    ``shadow`` is since when nothing of it is applied, ``None`` where all is; ``applying`` since when it is live with
    something of the time before still to be applied, ``None`` where nothing is.
    """

    id: int
    name: str
    dialect: str
    strictness: str
    issuer: str | None
    audience: str | None
    jwks_url: str | None
    azp: tuple[str, ...]
    enabled: bool
    created: int
    rate: int | None = None
    persons_token: int | None = None
    storm_limit: int | None = STORM_LIMIT
    shadow: int | None = None
    applying: int | None = None

    @property
    def space(self) -> int:
        """Where names that are unique on the whole server are: everybody's (0), or the shadow's own."""
        return 0 if self.shadow is None else -self.id


class Changes(TypedDict, total=False):
    """What can be changed of a source."""

    dialect: str
    strictness: str
    issuer: str | None
    audience: str | None
    jwks_url: str | None
    azp: tuple[str, ...]
    rate: int | None
    storm_limit: int | None


def add(
    connection: Connection,
    name: str,
    *,
    dialect: str = "generic",
    strictness: str = "tolerant",
    issuer: str | None = None,
    audience: str | None = None,
    jwks_url: str | None = None,
    azp: tuple[str, ...] = (),
    rate: int | None = None,
    storm_limit: int | None = STORM_LIMIT,
    shadow: bool = False,
) -> Source:
    """Add a source. Raises :class:`SourceError` when the name or the issuer is taken or too long."""
    if not name.strip() or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise SourceError(f"the name of a source has 1 to {_LONGEST_NAME} printable characters")
    _check_trust(connection, None, issuer, audience, jwks_url)
    _check_clients(azp)
    _check_rate(rate)
    _check_storm_limit(storm_limit)
    if get(connection, name) is not None:
        raise SourceError(f"a source named {name!r} is there already")
    row = {
        "name": name,
        "dialect": dialect,
        "strictness": strictness,
        "issuer": issuer,
        "audience": audience,
        "jwks_url": jwks_url,
        "azp": json.dumps(azp),
        "enabled": True,
        "created": now(),
        "rate": rate,
        "storm_limit": storm_limit,
        "shadow": now() if shadow else None,
    }
    try:
        connection.execute(insert(tables.source).values(**row))
    except IntegrityError:
        raise SourceError(f"a source named {name!r}, or one with this issuer, is there already") from None
    added = require(connection, name)
    connection.execute(insert(tables.allowance).values(source=added.id, drawn_until=0))
    guards.begin(connection, added.id)
    return added


def change(connection: Connection, name: str, **changes: Unpack[Changes]) -> Source:
    """Change the given settings and return the source; it keeps its people and groups.

    Raises :class:`SourceError` when the issuer belongs to another source, or a value is too long.
    """
    found = require(connection, name)
    wanted = replace(found, **changes)
    if wanted.issuer is None and (wanted.audience or wanted.jwks_url or wanted.azp):
        raise SourceError(
            f"source {name!r} has no issuer, so audience, JWKS URL and azp have no meaning: give an issuer too"
        )
    _check_trust(connection, found.id, wanted.issuer, wanted.audience, wanted.jwks_url)
    _check_clients(wanted.azp)
    _check_rate(wanted.rate)
    _check_storm_limit(wanted.storm_limit)
    if changes:
        row = changes | {"azp": json.dumps(wanted.azp)}
        try:
            connection.execute(update(tables.source).where(tables.source.c.id == found.id).values(**row))
        except IntegrityError:
            raise SourceError("another source has this issuer already") from None
    return wanted


def get(connection: Connection, name: str) -> Source | None:
    """Return the source called ``name``, if any."""
    row = connection.execute(select(tables.source).where(tables.source.c.name == name)).first()
    return None if row is None else _source(row)


def require(connection: Connection, name: str) -> Source:
    """Return the source called ``name``. Raises :class:`UnknownSource` when there is none."""
    found = get(connection, name)
    if found is None:
        raise UnknownSource(name)
    return found


def by_id(connection: Connection, source_id: int) -> Source | None:
    """Return the source with this number, if any."""
    row = connection.execute(select(tables.source).where(tables.source.c.id == source_id)).first()
    return None if row is None else _source(row)


def by_issuer(connection: Connection, issuer: str) -> Source | None:
    """Return the source whose tokens come from exactly this issuer, if any."""
    row = connection.execute(select(tables.source).where(tables.source.c.issuer == issuer)).first()
    return None if row is None else _source(row)


def find_all(connection: Connection) -> tuple[Source, ...]:
    """Return all sources by name."""
    rows = connection.execute(select(tables.source).order_by(tables.source.c.name))
    return tuple(_source(row) for row in rows)


def disable(connection: Connection, name: str) -> Source:
    """Refuse every token of this source from now on; its people stay as they are. Return the source."""
    return _set_enabled(connection, name, False)


def enable(connection: Connection, name: str) -> Source:
    """Accept this source's tokens again. Return the source."""
    return _set_enabled(connection, name, True)


def saw_persons_token(connection: Connection, source_id: int, at: int) -> None:
    """Note that a person's token was shown at this time, in microseconds since 1970."""
    connection.execute(update(tables.source).where(tables.source.c.id == source_id).values(persons_token=at))


def remove(connection: Connection, name: str) -> Source:
    """Remove a source that owns nothing any more, with its tokens; of one in shadow mode, all that it has recorded.

    Return the source. Raises :class:`SourceInUse` while it owns people or groups.
    """
    found = require(connection, name)
    resource = tables.resource
    owned = select(resource.c.pk).where(resource.c.source == found.id, resource.c.deleted.is_(None)).limit(1)
    if found.shadow is None and connection.execute(owned).first() is not None:
        raise SourceInUse(name)
    removed = select(resource.c.pk).where(resource.c.source == found.id)
    for column in (tables.membership.c.group_pk, tables.nesting.c.outer_pk, tables.attr_value.c.resource):
        connection.execute(delete(column.table).where(column.in_(removed)))
    for end in (tables.former_membership.c.group_pk, tables.former_membership.c.member_pk):
        connection.execute(delete(tables.former_membership).where(end.in_(removed)))
    connection.execute(delete(resource).where(resource.c.source == found.id))
    connection.execute(delete(tables.counter).where(tables.counter.c.source == found.id))
    connection.execute(delete(tables.segment).where(tables.segment.c.source == found.id))
    connection.execute(delete(tables.token).where(tables.token.c.source == found.id))
    for table in (tables.allowance, tables.guard, tables.held, tables.contact):
        connection.execute(delete(table).where(table.c.source == found.id))
    connection.execute(delete(tables.source).where(tables.source.c.id == found.id))
    return found


def _check_trust(connection: Connection, source_id: int | None, issuer: str | None, *others: str | None) -> None:
    """Refuse what the columns cannot hold, and an issuer that another source than this one has."""
    if any(value is not None and len(value) > _LONGEST_URL for value in (issuer, *others)):
        raise SourceError(f"issuer, audience and JWKS URL have at most {_LONGEST_URL} characters")
    other = None if issuer is None else by_issuer(connection, issuer)
    if other is not None and other.id != source_id:
        change = f"to change that source, {command('source', 'set', name=other.name)}"
        raise SourceError(f"source {other.name!r} has the issuer {issuer} already: {change}")


def _set_enabled(connection: Connection, name: str, enabled: bool) -> Source:
    found = require(connection, name)
    connection.execute(update(tables.source).where(tables.source.c.id == found.id).values(enabled=enabled))
    return replace(found, enabled=enabled)


def _check_clients(azp: tuple[str, ...]) -> None:
    if len(azp) > _MOST_CLIENTS or not all(_is_client(client) for client in azp):
        raise SourceError(
            f"azp has at most {_MOST_CLIENTS} clients, each of 1 to {_LONGEST_CLIENT} printable characters"
        )


def _check_rate(rate: int | None) -> None:
    if rate is not None and not 0 < rate <= HIGHEST_RATE:
        raise SourceError(f"a rate is 1 to {HIGHEST_RATE} requests a second")


def _check_storm_limit(limit: int | None) -> None:
    if limit is not None and not 0 < limit <= HIGHEST_STORM_LIMIT:
        raise SourceError(f"a storm limit is 1 to {HIGHEST_STORM_LIMIT} losses")


def _is_client(client: str) -> bool:
    return bool(client.strip()) and client.isprintable() and len(client) <= _LONGEST_CLIENT


def _source(row: Any) -> Source:
    return Source(**{**row._mapping, "azp": tuple(json.loads(row.azp))})
