"""New members of a group that means nothing but itself, written as Abilian SBE's models would write them.

Import it only once Abilian SBE is started.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from abilian.core.models.subjects import Group, User, membership
from abilian.sbe.apps.communities.models import Community
from sqlalchemy import and_, bindparam, exists, select, text

from sbe_scim.directory.sbe.links import Kind, batches, microseconds
from sbe_scim.directory.sbe.patches import only_known_listeners
from sbe_scim.directory.sbe.tables import link, rule
from sbe_scim.store.prepared import Prepared

_user: Any = User.__table__
_group: Any = Group.__table__
_of_group, _of_user = link.alias("of_group"), link.alias("of_user")

_present = exists().where(membership.c.user_id == _user.c.id, membership.c.group_id == _group.c.id)
_in_community = exists().where(Community.__table__.c.group_id == _group.c.id)
_in_rule = exists().where(rule.c.group_id == bindparam("group"))
_look = (
    select(
        _user.c.id,
        _user.c.created_at,
        _of_user.c.row_created,
        _group.c.id,
        _group.c.created_at,
        _of_group.c.row_created,
        _present,
        _in_community | _in_rule,
    )
    .select_from(
        _of_group.join(_group, _group.c.id == _of_group.c.sbe_id).join(
            _of_user.join(_user, _user.c.id == _of_user.c.sbe_id), and_(_of_user.c.kind == Kind.USER.value)
        )
    )
    .where(_of_group.c.resource_id == bindparam("group"), _of_group.c.kind == Kind.GROUP.value)
    .where(_of_group.c.removed.is_(None), _of_user.c.removed.is_(None))
)
_one = Prepared(_look.where(_of_user.c.resource_id == bindparam("user")))
_some = _look.where(_of_user.c.resource_id.in_(bindparam("users", expanding=True)))
# Somebody may put them into it by hand meanwhile.
_insert = Prepared(
    text(
        f"INSERT INTO {membership.name} (user_id, group_id)"  # noqa: S608 - a constant
        " VALUES (:user_id, :group_id) ON CONFLICT DO NOTHING"
    )
)


def join(session: Any, group_id: str, user_ids: Collection[str]) -> bool:
    """Put people into a group; ``False``, and nothing, where that is not all.

    A community or a rule means the group, an account or the group is missing, or a plugin listens to memberships: then
    it is the models' work.
    """
    if not only_known_listeners(Group.members.dispatch.append, User.groups.dispatch.append):
        return False
    connection = session.connection()
    found: list[Any] = []
    for ids in batches(user_ids):
        if len(ids) == 1:
            found += _one.rows(connection, {"group": group_id, "user": ids[0]})
        else:
            found += connection.execute(_some, {"group": group_id, "users": ids}).fetchall()
    if len(found) < len(user_ids) or not all(map(_is_simple, found)):
        return False
    new = [{"user_id": row[0], "group_id": row[3]} for row in found if not row[6]]
    if new:
        _insert.run_each(connection, new)
        _forget(session, new)
    return True


def _is_simple(row: Any) -> bool:
    """Whether both rows are those that were linked, and nothing follows from the membership."""
    return microseconds(row[1]) == row[2] and microseconds(row[4]) == row[5] and not row[7]


def _forget(session: Any, new: Collection[Any]) -> None:
    """Have what the session knows of their groups and members read again."""
    for row in new:
        for model, name, number in ((User, "groups", row["user_id"]), (Group, "members", row["group_id"])):
            known = session.identity_map.get(session.identity_key(model, number))
            if known is not None:
                session.expire(known, [name])
