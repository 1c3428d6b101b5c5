"""Sources, tokens, resources and memberships in a relational database, by SQLAlchemy Core.

Everything here runs on a :class:`~sqlalchemy.engine.Connection` that the caller opened, on SQLAlchemy 1.4.35 as on
2.x, on SQLite and on PostgreSQL.
"""

from sbe_scim.store.database import open_database
from sbe_scim.store.migrations import has_tables, is_current, migrate
from sbe_scim.store.sources import Source
from sbe_scim.store.tokens import TOKEN_PREFIX, Token

__all__ = ["TOKEN_PREFIX", "Source", "Token", "has_tables", "is_current", "migrate", "open_database"]
