"""Where people of each source sign in: Abilian SBE as a client of their OpenID provider."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from sbe_scim.directory.sbe.links import Kind
from sbe_scim.directory.sbe.tables import link, sign_in
from sbe_scim.store import tables


@dataclass(frozen=True, slots=True)
class Client:
    """A client of the provider ``issuer``; ``url`` is that of Abilian SBE as browsers see it, the secret is sealed."""

    source: str
    issuer: str
    jwks_url: str | None
    client_id: str
    client_secret: str
    url: str


def save(connection: Connection, source: str, client_id: str, client_secret: str, url: str) -> None:
    """Let people of a source sign in by this client, instead of any that was there."""
    remove(connection, source)
    values = {"source": source, "client_id": client_id, "client_secret": client_secret, "url": url.rstrip("/")}
    connection.execute(insert(sign_in).values(**values))


def remove(connection: Connection, source: str) -> bool:
    """Let nobody of a source sign in any more; tells whether somebody could."""
    return bool(connection.execute(delete(sign_in).where(sign_in.c.source == source)).rowcount)


def find_all(connection: Connection) -> list[Client]:
    """The clients of all sources that are enabled and have an issuer, by name."""
    source = tables.source
    query = (
        select(
            source.c.name,
            source.c.issuer,
            source.c.jwks_url,
            sign_in.c.client_id,
            sign_in.c.client_secret,
            sign_in.c.url,
        )
        .join(source, source.c.name == sign_in.c.source)
        .where(source.c.enabled, source.c.issuer.isnot(None))
        .order_by(source.c.name)
    )
    return [Client(*row) for row in connection.execute(query)]


def account(connection: Connection, source: str, subject: str) -> int | None:
    """The account of the live SCIM user whom a provider calls ``subject``: their ``externalId`` (OpenID ``sub``)."""
    resource, owner = tables.resource, tables.source
    query = (
        select(link.c.sbe_id)
        .join(resource, resource.c.id == link.c.resource_id)
        .join(owner, owner.c.id == resource.c.source)
        .where(link.c.kind == Kind.USER.value, link.c.removed.is_(None))
        .where(owner.c.name == source, resource.c.external_id == subject, resource.c.deleted.is_(None))
    )
    found: int | None = connection.execute(query).scalar()
    return found
