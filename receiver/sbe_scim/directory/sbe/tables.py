"""The receiver's tables beside those of Abilian SBE; times are integers, microseconds since 1970 UTC.

They have no foreign keys: ``flask dropdb`` of an Abilian SBE that does not know them must keep working.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text, UniqueConstraint, text
from sqlalchemy.engine import Connection

metadata = MetaData()

#: Which SCIM resource is which row of Abilian SBE.
link = Table(
    "scim_sbe_link",
    metadata,
    Column("resource_id", String(36), primary_key=True),
    Column("kind", String(5), nullable=False),
    Column("sbe_id", Integer, nullable=False),
    Column("source", String(100), nullable=False),
    # When Abilian SBE says that it made the row, which tells it from a later one with its id.
    Column("row_created", BigInteger),
    Column("removed", BigInteger),
    UniqueConstraint("kind", "sbe_id", name="scim_sbe_link_account"),
)

#: Rows of Abilian SBE that were made by hand and that a source may take, or has taken; kept when that has ended.
adoption = Table(
    "scim_sbe_adoption",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(5), nullable=False),
    Column("sbe_id", Integer, nullable=False),
    # As in a link.
    Column("row_created", BigInteger),
    Column("source", String(100), nullable=False),
    Column("allowed", BigInteger, nullable=False),
    Column("allowed_by", String(100), nullable=False),
    Column("taken", BigInteger),
    Column("ended", BigInteger),
    Column("ended_by", String(100)),
)
# Two operators may meet.
Index(
    "scim_sbe_adoption_lasting",
    adoption.c.kind,
    adoption.c.sbe_id,
    unique=True,
    sqlite_where=adoption.c.ended.is_(None),
    postgresql_where=adoption.c.ended.is_(None),
)

#: Accounts of SCIM users that an administrator of Abilian SBE has closed.
block = Table(
    "scim_sbe_block",
    metadata,
    Column("sbe_id", Integer, primary_key=True, autoincrement=False),
    # As in a link.
    Column("row_created", BigInteger),
    Column("noticed", BigInteger, nullable=False),
)

#: Nights, by the ordinal of their day, in which everything was compared with what SCIM said.
night = Table("scim_sbe_night", metadata, Column("day", Integer, primary_key=True, autoincrement=False))

#: Sources, by their number, that may send people without a mail address.
without_mail = Table(
    "scim_sbe_without_mail", metadata, Column("source", Integer, primary_key=True, autoincrement=False)
)

#: What the latest comparison of a source with what SCIM said has found, in resources.
comparison = Table(
    "scim_sbe_comparison",
    metadata,
    Column("source", String(100), primary_key=True),
    Column("time", BigInteger, nullable=False),
    Column("found", Integer, nullable=False),
    Column("repaired", Integer, nullable=False),
    # Of those that were not repaired: how many were too many at once.
    Column("held", Integer, nullable=False),
    # Closed by hand, which stands: not among those found.
    Column("blocked", Integer, nullable=False),
)

#: Who is signed in, of those whose account is governed by SCIM.
session = Table(
    "scim_sbe_session",
    metadata,
    # The hash of what the browser holds: who reads the table can impersonate nobody.
    Column("id", String(64), primary_key=True),
    Column("sbe_id", Integer, nullable=False, index=True),
    Column("started", BigInteger, nullable=False),
    # Of a sign-in by OpenID Connect, else null: whose, the provider's session, when it last answered for it.
    Column("source", String(100)),
    Column("sid", String(255), index=True),
    Column("refreshed", BigInteger),
    # Sealed: the refresh token, and the ID token, which a logout has to name.
    Column("refresh_token", Text),
    Column("id_token", Text),
)

#: Where people of a source sign in by OpenID Connect.
sign_in = Table(
    "scim_sbe_sign_in",
    metadata,
    Column("source", String(100), primary_key=True),
    Column("client_id", String(255), nullable=False),
    # Sealed.
    Column("client_secret", Text, nullable=False),
    # Of Abilian SBE, as browsers see it.
    Column("url", String(500), nullable=False),
)

#: Which groups, and which values of SCIM's ``roles``, give a role in Abilian SBE.
rule = Table(
    "scim_sbe_rule",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(100), nullable=False, index=True),
    # One of the two: the SCIM id of a group, or a value.
    Column("group_id", String(36), index=True),
    Column("value", Text),
    Column("role", String(20), nullable=False),
    # 0: in no community, everywhere.
    Column("community", Integer, nullable=False),
    # When Abilian SBE says that it made the community, which tells it from a later one with its id.
    Column("community_created", BigInteger),
    # A number that was told to somebody never means another rule.
    sqlite_autoincrement=True,
)

#: What somebody has by rules and not by hand, at most one role everywhere and one in each community.
given = Table(
    "scim_sbe_given",
    metadata,
    Column("user_id", String(36), primary_key=True),
    Column("community", Integer, primary_key=True, autoincrement=False),
    Column("role", String(20), nullable=False),
    # What they had there by hand, and have again when the role goes.
    Column("previous", String(20)),
)

# Any fixed number: it only has to differ from other programs' advisory locks in the same database.
_ADVISORY_LOCK = 7_643_7645


def create(connection: Connection) -> None:
    """Create the tables that are missing; safe when several processes start at once."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    metadata.create_all(connection)
