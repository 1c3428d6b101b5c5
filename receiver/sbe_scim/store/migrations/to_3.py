"""Types as numbers, memberships that end, a row for each version, and the primary element first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from sqlalchemy import bindparam, text
from sqlalchemy.engine import Connection

from sbe_scim.store.index import path_number

_NUMBER = "CASE type WHEN 'User' THEN 1 WHEN 'Group' THEN 2 END"

# SQLite cannot change the type of a column: tables are copied. Those that refer to resources are copied with them and
# dropped first, so that no reference is ever broken; renaming a table renames the references to it.
_SQLITE = (
    """CREATE TABLE scim_new_resource (
        pk INTEGER NOT NULL PRIMARY KEY, id VARCHAR(36) NOT NULL, type SMALLINT NOT NULL,
        source INTEGER NOT NULL REFERENCES scim_source (id), scope INTEGER NOT NULL, "key" TEXT NOT NULL, mail_key TEXT,
        external_id TEXT, display TEXT, active BOOLEAN NOT NULL, version INTEGER NOT NULL, created BIGINT NOT NULL,
        modified BIGINT NOT NULL, deleted BIGINT, document TEXT NOT NULL, UNIQUE (id))""",
    """INSERT INTO scim_new_resource SELECT pk, id, {number}, source, scope, "key", mail_key, external_id, display,
        active, version, created, modified, deleted, document FROM scim_resource""",
    """CREATE TABLE scim_new_attr_value (
        resource BIGINT NOT NULL REFERENCES scim_new_resource (pk), path BIGINT NOT NULL, element INTEGER NOT NULL,
        value TEXT NOT NULL, PRIMARY KEY (resource, path, element)) WITHOUT ROWID""",
    "INSERT INTO scim_new_attr_value SELECT resource, path, element, value FROM scim_attr_value",
    """CREATE TABLE scim_new_membership (
        group_pk BIGINT NOT NULL REFERENCES scim_new_resource (pk),
        member_pk BIGINT NOT NULL REFERENCES scim_new_resource (pk),
        added BIGINT NOT NULL, PRIMARY KEY (group_pk, member_pk)) WITHOUT ROWID""",
    "INSERT INTO scim_new_membership SELECT group_pk, member_pk, added FROM scim_membership",
    "DROP TABLE scim_attr_value",
    "DROP TABLE scim_membership",
    "DROP TABLE scim_resource",
    "ALTER TABLE scim_new_resource RENAME TO scim_resource",
    "ALTER TABLE scim_new_attr_value RENAME TO scim_attr_value",
    "ALTER TABLE scim_new_membership RENAME TO scim_membership",
    'CREATE UNIQUE INDEX scim_resource_key ON scim_resource (type, scope, "key") WHERE deleted IS NULL',
    "CREATE UNIQUE INDEX scim_resource_mail ON scim_resource (type, mail_key) WHERE deleted IS NULL",
    "CREATE UNIQUE INDEX scim_resource_external_id ON scim_resource (source, type, external_id) WHERE deleted IS NULL",
    "CREATE INDEX scim_resource_page ON scim_resource (source, type, pk) WHERE deleted IS NULL",
    "CREATE INDEX scim_attr_value_value ON scim_attr_value (path, substr(value, 1, 200), resource)",
    "CREATE INDEX scim_membership_member ON scim_membership (member_pk, group_pk)",
    """CREATE TABLE scim_new_counter (
        source INTEGER NOT NULL REFERENCES scim_source (id), type SMALLINT NOT NULL, live BIGINT NOT NULL,
        generation BIGINT NOT NULL, PRIMARY KEY (source, type))""",
    "INSERT INTO scim_new_counter SELECT source, {number}, live, generation FROM scim_counter",
    "DROP TABLE scim_counter",
    "ALTER TABLE scim_new_counter RENAME TO scim_counter",
    """CREATE TABLE scim_new_change (
        seq INTEGER NOT NULL PRIMARY KEY, time BIGINT NOT NULL, source INTEGER NOT NULL, type SMALLINT NOT NULL,
        resource VARCHAR(36) NOT NULL, kind VARCHAR(10) NOT NULL, version INTEGER NOT NULL, paths TEXT NOT NULL,
        request_id VARCHAR(64) NOT NULL)""",
    """INSERT INTO scim_new_change SELECT seq, time, source, {number}, resource, kind, version, paths, request_id
        FROM scim_change""",
    "DROP TABLE scim_change",
    "ALTER TABLE scim_new_change RENAME TO scim_change",
)
_POSTGRESQL = (
    *(
        f"ALTER TABLE {table} ALTER COLUMN type TYPE SMALLINT USING {{number}}"
        for table in ("scim_resource", "scim_counter", "scim_change")
    ),
    "DROP INDEX ix_scim_change_resource",
)
_BOTH = (
    # A deletion had the version of the change before it; it gets its own.
    "UPDATE scim_change SET version = version + 1 WHERE kind = 'delete'",
    "UPDATE scim_resource SET version = version + 1 WHERE deleted IS NOT NULL",
    "CREATE UNIQUE INDEX scim_change_version ON scim_change (resource, version)",
    """CREATE TABLE scim_former_membership (
        member_pk BIGINT NOT NULL, group_pk BIGINT NOT NULL, added BIGINT NOT NULL, ended BIGINT NOT NULL,
        PRIMARY KEY (member_pk, group_pk)){without_rowid}""",
    "CREATE INDEX scim_former_membership_group ON scim_former_membership (group_pk, ended)",
    # Schema 2 remembered only that a user had left some group: the group and the times are unknown.
    "INSERT INTO scim_former_membership SELECT member_pk, 0, 0, 0 FROM scim_former_member",
    "DROP TABLE scim_former_member",
)

_USUAL = ("value", "display", "type", "primary")
_ADDRESS = ("formatted", "streetAddress", "locality", "region", "postalCode", "country", "type", "primary")
#: Attributes with primary elements, and their parts.
_PLURALS = {
    "emails": _USUAL,
    "phoneNumbers": _USUAL,
    "ims": _USUAL,
    "photos": _USUAL,
    "addresses": _ADDRESS,
    "entitlements": _USUAL,
    "roles": _USUAL,
    "x509Certificates": _USUAL,
}
_primaries = text("SELECT resource, element FROM scim_attr_value WHERE path = :path AND value = 'true' AND element > 0")
# In two steps, through negative numbers: no two elements may have the same number in between.
_aside = text(
    "UPDATE scim_attr_value SET element = CASE WHEN element = :primary_one THEN -1 ELSE -element - 2 END"
    " WHERE resource = :owner AND element <= :primary_one AND path IN :paths"
).bindparams(bindparam("paths", expanding=True))
_back = text(
    "UPDATE scim_attr_value SET element = -element - 1 WHERE resource = :owner AND element < 0 AND path IN :paths"
).bindparams(bindparam("paths", expanding=True))


def upgrade(connection: Connection) -> None:
    """Bring the tables of version 2 to version 3."""
    embedded = connection.dialect.name == "sqlite"
    parts = (("{number}", _NUMBER), ("{without_rowid}", " WITHOUT ROWID" if embedded else ""))
    for statement in (*(_SQLITE if embedded else _POSTGRESQL), *_BOTH):
        connection.execute(text(reduce(lambda told, part: told.replace(*part), parts, statement)))
    for attribute, subs in _PLURALS.items():
        paths = [path_number(None, attribute, sub) for sub in subs]
        _put_primary_first(connection, path_number(None, attribute, "primary"), paths)


def _put_primary_first(connection: Connection, primary: int, paths: Sequence[int]) -> None:
    for owner, element in connection.execute(_primaries, {"path": primary}).fetchall():
        connection.execute(_aside, {"owner": owner, "primary_one": element, "paths": paths})
        connection.execute(_back, {"owner": owner, "paths": paths})
