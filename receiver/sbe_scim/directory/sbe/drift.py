"""Where Abilian SBE is not what SCIM last said. Import it only once Abilian SBE is started."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sbe_scim.directory.port import DirectoryGroup, DirectoryUser, Records
from sbe_scim.directory.sbe import accounts, columns, groups, roles, rules


@dataclass(frozen=True, slots=True)
class Drift:
    """A resource whose account or group somebody has changed by hand.

    ``differs`` are columns, ``account`` or ``group`` where the row is gone, ``members`` where ``missing`` of them are,
    and where a role that comes by rules is not what they say: ``admin``, or ``community`` and its name.
    ``blocked``: the account was closed by hand, and that stands; it is no part of ``differs``.
    """

    resource_id: str
    name: str
    differs: tuple[str, ...]
    missing: int = 0
    blocked: bool = False


def of_users(session: Any, records: Records, source: str, users: Sequence[DirectoryUser]) -> Iterator[Drift]:
    """The drift of these people of a source."""
    ids = [user.id for user in users]
    found = accounts.of_resources(session, ids)
    by_rules = roles.differing(session, records, rules.of_source(session.connection(), source), ids)
    for user in users:
        account = found.get(user.id)
        if account is None:
            # Who left before their source went live was never given one.
            if user.active:
                yield Drift(user.id, user.user_name, ("account",))
            continue
        blocked = user.active and not account.can_login and account.deleted_at is None
        differs = [name for name in columns.differing(account, user) if not (blocked and name == "can_login")]
        differs.extend(by_rules.get(user.id, ()))
        if differs or blocked:
            yield Drift(user.id, user.user_name, tuple(differs), blocked=blocked)


def of_group(session: Any, records: Records, group: DirectoryGroup) -> Drift | None:
    """The drift of a group. Members whom somebody has added by hand are none."""
    wanted = records.members_of(group.id)
    row = groups.of_resource(session, group.id)
    if row is None:
        return Drift(group.id, group.display_name, ("group",), len(wanted))
    present = row.members
    missing = sum(account not in present for account in accounts.of_resources(session, wanted).values())
    differs = [name for name, holds in (("name", row.name != group.display_name), ("members", missing)) if holds]
    return Drift(group.id, group.display_name, tuple(differs), missing) if differs else None


def bring_roles(session: Any, records: Records, source: str, user_id: str) -> None:
    """Bring the roles of somebody to what the rules of their source give. Raises :class:`LastAdministrator`."""
    roles.bring(session, records, rules.of_source(session.connection(), source), (user_id,))
