"""Sources whose people are recorded and not applied: mail addresses are unique in the scope of names."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection

_STATEMENTS = (
    "ALTER TABLE scim_source ADD COLUMN shadow BIGINT",
    "ALTER TABLE scim_source ADD COLUMN applying BIGINT",
    "DROP INDEX scim_resource_mail",
    "CREATE UNIQUE INDEX scim_resource_mail ON scim_resource (type, mail_key, scope) WHERE deleted IS NULL",
)


def upgrade(connection: Connection) -> None:
    """Bring the tables of version 16 to version 17."""
    for statement in _STATEMENTS:
        connection.execute(text(statement))
