"""People without a mail address: whether a source may send them, and the address that their account has instead.

Abilian SBE knows no account without an address. The one given here can never be anybody's (RFC 6761 §6.4), tells
nothing of the person, and is the same again where they are deleted and made once more.
"""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import delete, insert, inspect, select
from sqlalchemy.engine import Connection

from sbe_scim.directory.port import DirectoryUser
from sbe_scim.directory.sbe.tables import without_mail
from sbe_scim.store.sources import SourceError
from sbe_scim.store.tables import source

DOMAIN = "without-mail.invalid"


def address_of(user: DirectoryUser) -> str:
    """The address of an account whose person has none."""
    told = f"{user.source}\0{user.external_id or user.id}"
    return f"{sha256(told.encode()).hexdigest()[:32]}@{DOMAIN}"


def is_such(mail: str) -> bool:
    """Whether a mail address is of this domain: then it is nobody's."""
    return mail.lower().endswith(f"@{DOMAIN}")


def are_let_in(connection: Connection, name: str) -> bool:
    """Whether the source of this name may send people without a mail address."""
    chosen = select(without_mail.c.source).join(source, source.c.id == without_mail.c.source)
    return connection.execute(chosen.where(source.c.name == name)).first() is not None


def is_chosen(connection: Connection, source_id: int) -> bool | None:
    """The same by the number of the source; ``None`` where no Abilian SBE has ever been."""
    if not inspect(connection).has_table(without_mail.name):
        return None
    chosen = select(without_mail.c.source).where(without_mail.c.source == source_id)
    return connection.execute(chosen).first() is not None


def sources(connection: Connection) -> list[str]:
    """The names of those that may send people without a mail address."""
    if not inspect(connection).has_table(without_mail.name):
        return []
    chosen = select(source.c.name).join(without_mail, source.c.id == without_mail.c.source)
    return list(connection.execute(chosen.order_by(source.c.name)).scalars())


def choose(connection: Connection, source_id: int, optional: bool) -> None:
    """Let a source send people without a mail address, or not any more; whoever has come stays.

    Raises :class:`SourceError` where no Abilian SBE has ever been.
    """
    present = is_chosen(connection, source_id)
    if present is None:
        raise SourceError("only accounts of Abilian SBE need a mail address, and the receiver was never started in one")
    if optional and not present:
        connection.execute(insert(without_mail).values(source=source_id))
    elif not optional:
        connection.execute(delete(without_mail).where(without_mail.c.source == source_id))
