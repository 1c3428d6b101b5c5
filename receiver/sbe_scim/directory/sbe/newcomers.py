"""The account of somebody whom nobody knew, written as Abilian SBE's models would write it, in one statement.

Import it only once Abilian SBE is started.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from abilian.core.models.subjects import User
from sqlalchemy import bindparam, exists, func, insert, literal, null, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from sbe_scim.directory.port import DirectoryUser
from sbe_scim.directory.sbe import links
from sbe_scim.directory.sbe.columns import accepted
from sbe_scim.directory.sbe.links import Kind
from sbe_scim.directory.sbe.patches import index_new, only_known_listeners
from sbe_scim.directory.sbe.profile import Profile
from sbe_scim.directory.sbe.tables import link
from sbe_scim.store.prepared import Prepared


class _Made(NamedTuple):
    """As much of an account as its link says."""

    id: int
    created_at: datetime


_user: Any = User.__table__
_GIVEN = (*Profile.__dataclass_fields__, "can_login")


def add(session: Any, user: DirectoryUser, profile: Profile) -> bool:
    """Make the account of an active user whom this request has created; ``False``, and nothing, where that is not all.

    Somebody has the address, or a plugin listens to what becomes of accounts: then it is the models' work.
    """
    if not only_known_listeners(User.__mapper__.dispatch.before_insert, User.__mapper__.dispatch.after_insert):
        return False
    made = {name: default() for name, default in _defaults().items()}
    named = asdict(profile)
    given = named | {name: accepted(getattr(User, name), named[name]) for name in ("locale", "timezone")}
    values = made | given | {"can_login": True}
    number = _insert(session.connection(), user, values)
    if number is None:
        return False
    index_new(session, User, number)
    return True


def _insert(connection: Connection, user: DirectoryUser, values: Mapping[str, Any]) -> int | None:
    if connection.dialect.name == "postgresql":
        created = links.microseconds(values["created_at"])
        told = {"resource_id": user.id, "source": user.source, "row_created": created}
        rows = _both(tuple(values)).rows(connection, {**values, **told})
        return int(rows[0][0]) if rows else None
    if _taken.rows(connection, {"email": values["email"]}):
        return None
    made = _Made(_account.insert(connection, values), values["created_at"])
    links.set_link(connection, Kind.USER, user.id, made, user.source)
    return made.id


_is_taken = select(_user.c.id).where(func.lower(_user.c.email) == bindparam("email"))
_taken = Prepared(_is_taken)
_account = Prepared(insert(_user))


@cache
def _both(names: tuple[str, ...]) -> Prepared:
    """The account and its link, or nothing where somebody has the address."""
    values = [bindparam(name, type_=_user.c[name].type) for name in names]
    free = select(*values).where(~exists(_is_taken))
    rows = postgresql.insert(_user).from_select(names, free, include_defaults=False)
    account = rows.on_conflict_do_nothing().returning(_user.c.id).cte("account")
    columns = ("resource_id", "kind", "sbe_id", "source", "row_created", "removed")
    told = [bindparam(name, type_=link.c[name].type) for name in ("resource_id", "source", "row_created")]
    linked = select(told[0], literal(Kind.USER.value), account.c.id, told[1], told[2], null())
    new = postgresql.insert(link).from_select(columns, linked)
    moved = {name: new.excluded[name] for name in ("resource_id", "source", "row_created", "removed")}
    upsert = new.on_conflict_do_update(index_elements=["kind", "sbe_id"], set_=moved)
    return Prepared(upsert.returning(link.c.sbe_id))


@cache
def _defaults() -> Mapping[str, Callable[[], Any]]:
    """What the model gives an account by itself, by column."""
    found: dict[str, Callable[[], Any]] = {}
    for column in _user.c:
        default = column.default
        if default is not None and column.name not in _GIVEN:
            found[column.name] = _called(default) if default.is_callable else _constant(default.arg)
    return found


def _called(default: Any) -> Callable[[], Any]:
    # SQLAlchemy hands a context to each of these, which those of Abilian SBE do not look at.
    return lambda: default.arg(None)


def _constant(value: Any) -> Callable[[], Any]:
    return lambda: value
