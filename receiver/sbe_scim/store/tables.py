"""The receiver's tables. All names start with ``scim_``; times are integers, microseconds since 1970 UTC."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    and_,
    func,
    literal_column,
)

metadata = MetaData()

# SQLite numbers rows by itself only for INTEGER PRIMARY KEY.
_Serial = BigInteger().with_variant(Integer(), "sqlite")
# Filters compare by code point on every database: `sw` must be able to use the index, `gt` must not depend on a locale.
Binary = Text().with_variant(Text(collation="C"), "postgresql")

#: How much of a value the index of ``attr_value`` holds; PostgreSQL refuses index entries above 2,704 bytes.
INDEXED_PREFIX = 200

schema_version = Table("scim_schema", metadata, Column("version", Integer, primary_key=True))

# One row, made with the tables: a database that is restored keeps it, a new one has another.
generation = Table("scim_generation", metadata, Column("id", String(36), primary_key=True))

# The newest seals cursors of lists; older ones are kept as long as a cursor that they sealed may be used.
cursor_key = Table(
    "scim_cursor_key",
    metadata,
    Column("id", Integer, primary_key=True),
    # 256 bits, in hexadecimal.
    Column("secret", String(64), nullable=False),
    Column("created", BigInteger, nullable=False),
)

source = Table(
    "scim_source",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("dialect", String(50), nullable=False),
    Column("strictness", String(20), nullable=False),
    Column("issuer", String(500), unique=True),
    Column("audience", String(500)),
    Column("jwks_url", String(500)),
    # A JSON array: the clients of the issuer whose tokens are taken beside the connector's.
    Column("azp", Text, nullable=False, server_default="[]"),
    Column("enabled", Boolean, nullable=False),
    Column("created", BigInteger, nullable=False),
    # Requests a second; without one there is no limit.
    Column("rate", Integer),
    # When somebody who had signed in last showed a token for this source.
    Column("persons_token", BigInteger),
    # Losses within a quarter of an hour; without one there is no storm guard.
    Column("storm_limit", Integer),
    # Since when nothing of it is applied; since when what was recorded by then is being applied.
    Column("shadow", BigInteger),
    Column("applying", BigInteger),
    # A token is trusted for seconds after its source was removed: no other source may have its number by then.
    sqlite_autoincrement=True,
)

# The extensions that a receiver was last started with on this database, and what it had been started with before:
# values of these may be stored. `served` is false where there is none of this URN any more.
extension = Table(
    "scim_extension",
    metadata,
    Column("urn", String(200), primary_key=True),
    Column("served", Boolean, nullable=False),
    # JSON arrays of attributes, as RFC 7643 §7 writes them: those of the schema, and others that it once had.
    Column("attributes", Text, nullable=False),
    Column("former", Text, nullable=False),
    # A JSON array of paths: stored values of these compare as they once did.
    Column("unindexed", Text, nullable=False),
)

# One row while stored values are indexed anew: the last resource that was looked at.
indexing = Table(
    "scim_indexing",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("pk", BigInteger, nullable=False),
)

token = Table(
    "scim_token",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("source", Integer, ForeignKey(source.c.id), nullable=False, index=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("created", BigInteger, nullable=False),
    Column("expires", BigInteger),
    Column("revoked", BigInteger),
    Column("last_used", BigInteger),
)

# By which operators sign in at the console; of no source, so that none of them can provision.
console_token = Table(
    "scim_console_token",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("created", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("revoked", BigInteger),
)

# One row for each source, apart from it: locked and changed several times a second, which must not keep who reads or
# changes the source. Up to when its requests have been drawn from its rate.
allowance = Table(
    "scim_allowance",
    metadata,
    Column("source", Integer, ForeignKey(source.c.id), primary_key=True, autoincrement=False),
    Column("drawn_until", BigInteger, nullable=False),
)

# One row for each source, locked by whoever takes access away: what its storm guard has let through since `began`, of
# how many people; the beginning of the latest storm; since and until when losses are held, and until when they are let
# through. 0: never.
guard = Table(
    "scim_guard",
    metadata,
    Column("source", Integer, ForeignKey(source.c.id), primary_key=True, autoincrement=False),
    Column("began", BigInteger, nullable=False),
    Column("people", BigInteger, nullable=False),
    Column("passed", BigInteger, nullable=False),
    Column("storm", BigInteger, nullable=False),
    Column("held_since", BigInteger, nullable=False),
    Column("held_until", BigInteger, nullable=False),
    Column("released_until", BigInteger, nullable=False),
)

# Resources of which a loss is held: since when, when it was last asked for, and when it was released.
held = Table(
    "scim_held",
    metadata,
    Column("source", Integer, ForeignKey(source.c.id), primary_key=True, autoincrement=False),
    Column("resource", BigInteger, primary_key=True, autoincrement=False),
    Column("since", BigInteger, nullable=False),
    Column("latest", BigInteger, nullable=False),
    Column("released", BigInteger),
    sqlite_with_rowid=False,
)

# When a source was last heard of; apart from it, as its allowance is.
contact = Table(
    "scim_contact",
    metadata,
    Column("source", Integer, ForeignKey(source.c.id), primary_key=True, autoincrement=False),
    Column("latest", BigInteger, nullable=False),
)

# What all processes together have counted since the database was made: a row for each value of the labels.
metric = Table(
    "scim_metric",
    metadata,
    Column("name", String(40), primary_key=True),
    # A JSON array of the values of the labels.
    Column("labels", String(400), primary_key=True),
    Column("value", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

resource = Table(
    "scim_resource",
    metadata,
    Column("pk", _Serial, primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    # The number of the resource type: compared at every request, a name would cost more in rows and indexes.
    Column("type", SmallInteger, nullable=False),
    Column("source", Integer, ForeignKey(source.c.id), nullable=False),
    # `key` is the folded userName or displayName; unique in its `scope`, as the mail address is: 0 is everywhere, else
    # it is the source; with a minus, of one in shadow mode, instead of everywhere.
    Column("scope", Integer, nullable=False),
    Column("key", Binary, nullable=False),
    Column("mail_key", Binary),
    Column("external_id", Binary),
    Column("display", Text),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("modified", BigInteger, nullable=False),
    Column("deleted", BigInteger),
    Column("document", Text, nullable=False),
)

_live = resource.c.deleted.is_(None)
Index(
    "scim_resource_key",
    resource.c.type,
    resource.c.scope,
    resource.c.key,
    unique=True,
    sqlite_where=_live,
    postgresql_where=_live,
)
Index(
    "scim_resource_mail",
    resource.c.type,
    resource.c.mail_key,
    resource.c.scope,
    unique=True,
    sqlite_where=_live,
    postgresql_where=_live,
)
Index(
    "scim_resource_external_id",
    resource.c.source,
    resource.c.type,
    resource.c.external_id,
    unique=True,
    sqlite_where=_live,
    postgresql_where=_live,
)
# Without it, both databases sort all rows of a source for each page.
Index(
    "scim_resource_page",
    resource.c.source,
    resource.c.type,
    resource.c.pk,
    sqlite_where=_live,
    postgresql_where=_live,
)

# Those who were deleted and are not erased yet, who then have no name to show.
_tombstone = and_(resource.c.deleted.isnot(None), resource.c.display.isnot(None))
Index(
    "scim_resource_tombstone",
    resource.c.type,
    resource.c.deleted,
    sqlite_where=_tombstone,
    postgresql_where=_tombstone,
)

attr_value = Table(
    "scim_attr_value",
    metadata,
    Column("resource", BigInteger, ForeignKey(resource.c.pk), primary_key=True, autoincrement=False),
    Column("path", BigInteger, primary_key=True, autoincrement=False),
    # Number of the element in a multi-valued attribute: a value path looks at the values of one element together.
    # 0 is the primary one, where there is one.
    Column("element", Integer, primary_key=True, autoincrement=False),
    Column("value", Binary, nullable=False),
    sqlite_with_rowid=False,
)


def indexed_prefix(rows: Any) -> Any:
    """The expression under the index on values; ``rows`` are the columns of ``scim_attr_value`` or of an alias."""
    return func.substr(rows.value, literal_column("1"), literal_column(str(INDEXED_PREFIX)))


Index("scim_attr_value_value", attr_value.c.path, indexed_prefix(attr_value.c), attr_value.c.resource)

membership = Table(
    "scim_membership",
    metadata,
    Column("group_pk", BigInteger, ForeignKey(resource.c.pk), primary_key=True, autoincrement=False),
    Column("member_pk", BigInteger, ForeignKey(resource.c.pk), primary_key=True, autoincrement=False),
    Column("added", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
Index("scim_membership_member", membership.c.member_pk, membership.c.group_pk)

# Groups in groups, apart from memberships of people: a walk through groups reads none of those.
nesting = Table(
    "scim_nesting",
    metadata,
    Column("outer_pk", BigInteger, ForeignKey(resource.c.pk), primary_key=True, autoincrement=False),
    Column("inner_pk", BigInteger, ForeignKey(resource.c.pk), primary_key=True, autoincrement=False),
    Column("added", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
Index("scim_nesting_inner", nesting.c.inner_pk, nesting.c.outer_pk)

# Memberships that have ended, each pair at most once: what a restored person or group had, and whether a user ever was
# in a group. Apart from those that are, so that no reader has to leave them out, or to read past them. No foreign keys,
# whose checks would wait for transactions that change the resource. Group 0: the group is unknown (from schema 2).
former_membership = Table(
    "scim_former_membership",
    metadata,
    Column("member_pk", BigInteger, primary_key=True, autoincrement=False),
    Column("group_pk", BigInteger, primary_key=True, autoincrement=False),
    Column("added", BigInteger, nullable=False),
    Column("ended", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
Index("scim_former_membership_group", former_membership.c.group_pk, former_membership.c.ended)

counter = Table(
    "scim_counter",
    metadata,
    Column("source", Integer, ForeignKey(source.c.id), primary_key=True, autoincrement=False),
    Column("type", SmallInteger, primary_key=True, autoincrement=False),
    Column("live", BigInteger, nullable=False),
)

#: How many pks one row of ``scim_segment`` counts.
SEGMENT = 4096

# How many live resources each segment of pks has: where the n-th of a list stands, without counting all before it.
segment = Table(
    "scim_segment",
    metadata,
    Column("source", Integer, ForeignKey(source.c.id), primary_key=True, autoincrement=False),
    Column("type", SmallInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("live", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

change = Table(
    "scim_change",
    metadata,
    Column("seq", _Serial, primary_key=True),
    Column("time", BigInteger, nullable=False),
    Column("source", Integer, nullable=False),
    Column("type", SmallInteger, nullable=False),
    Column("resource", String(36), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("version", Integer, nullable=False),
    Column("paths", Text, nullable=False),
    Column("request_id", String(64), nullable=False),
)
# One row for each version, always.
Index("scim_change_version", change.c.resource, change.c.version, unique=True)
# For the highest number of a source, however few of the rows are its own.
Index("scim_change_source", change.c.source, change.c.seq)

journal = Table(
    "scim_journal",
    metadata,
    Column("seq", _Serial, primary_key=True),
    Column("time", BigInteger, nullable=False, index=True),
    Column("source", String(100)),
    Column("operation", String(20), nullable=False),
    Column("target_type", String(50)),
    Column("target_id", String(36), index=True),
    Column("status", SmallInteger, nullable=False),
    Column("scim_type", String(30)),
    Column("detail", Text),
    Column("dropped", Text),
    Column("changed", Text),
    Column("duration", BigInteger, nullable=False),
    Column("request_id", String(64), nullable=False, index=True),
    # The code of a refusal, and whom a refused create was about: nobody else is named.
    Column("reason", String(40)),
    Column("external_id", String(255)),
    Column("name", String(255)),
    Column("mail", String(255)),
    # What a write did to its resource, and how many members it brought into a group and took out.
    Column("effect", String(12)),
    Column("members_added", Integer),
    Column("members_removed", Integer),
    # A JSON array: what of the source's policy the request needed, by the names of its keys.
    Column("features", Text),
)
_named = journal.c.name.isnot(None)
Index("scim_journal_named", journal.c.seq, sqlite_where=_named, postgresql_where=_named)
