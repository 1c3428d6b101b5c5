"""Never take away the last person who can administer Abilian SBE."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from abilian.core.models.subjects import User, membership
from abilian.services.security import ADMIN
from abilian.services.security.models import RoleAssignment
from sqlalchemy import or_, select

from sbe_scim.protocol.errors import ScimError


class LastAdministrator(ScimError):
    """The request would leave Abilian SBE without anyone who can administer it."""

    status = 409
    reason = "last_administrator"


@contextmanager
def kept(session: Any, losing: Collection[int]) -> Iterator[None]:
    """Refuse the changes of the block if no enabled administrator is left after them.

    ``losing`` are the ids of the users who may lose login or role. Raises :class:`LastAdministrator`.
    """
    before = _enabled(session) if losing else set()
    if before.isdisjoint(losing):
        yield
        return
    # Two requests that each take away one of the last two must not both find the other one there.
    session.execute(select(User.id).where(User.id.in_(before)).order_by(User.id).with_for_update())
    yield
    session.flush()
    if not _enabled(session):
        raise LastAdministrator("this is the last enabled administrator of Abilian SBE; name another one first")


def _enabled(session: Any) -> set[int]:
    everywhere = (RoleAssignment.role == ADMIN, RoleAssignment.object_id.is_(None))
    direct = select(RoleAssignment.user_id).where(*everywhere, RoleAssignment.user_id.isnot(None))
    through_groups = (
        select(membership.c.user_id)
        .join(RoleAssignment, RoleAssignment.group_id == membership.c.group_id)
        .where(*everywhere)
    )
    administrators = or_(User.id.in_(direct), User.id.in_(through_groups))
    return set(session.execute(select(User.id).where(User.can_login.is_(True), administrators)).scalars())
