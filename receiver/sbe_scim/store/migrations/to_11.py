"""Groups in groups."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection


def upgrade(connection: Connection) -> None:
    """Bring the tables of version 10 to version 11; no group is in another."""
    rowid = " WITHOUT ROWID" if connection.dialect.name == "sqlite" else ""
    connection.execute(
        text(
            "CREATE TABLE scim_nesting (outer_pk BIGINT NOT NULL REFERENCES scim_resource (pk),"
            " inner_pk BIGINT NOT NULL REFERENCES scim_resource (pk), added BIGINT NOT NULL,"
            f" PRIMARY KEY (outer_pk, inner_pk)){rowid}"
        )
    )
    connection.execute(text("CREATE INDEX scim_nesting_inner ON scim_nesting (inner_pk, outer_pk)"))
