"""Where Abilian SBE is not what SCIM last said. Import it only once Abilian SBE is started."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sbe_scim.directory.port import DirectoryGroup, DirectoryUser, Records
from sbe_scim.directory.sbe import accounts, columns, groups


@dataclass(frozen=True, slots=True)
class Drift:
    """A resource whose account or group somebody has changed by hand.

    ``differs`` are columns, ``account`` or ``group`` where the row is gone, ``members`` where ``missing`` of them are.
    ``blocked``: the account was closed by hand, and that stands; it is no part of ``differs``.
    """

    resource_id: str
    name: str
    differs: tuple[str, ...]
    missing: int = 0
    blocked: bool = False


def of_users(session: Any, users: Sequence[DirectoryUser]) -> Iterator[Drift]:
    """The drift of these people."""
    found = accounts.of_resources(session, [user.id for user in users])
    for user in users:
        account = found.get(user.id)
        if account is None:
            yield Drift(user.id, user.user_name, ("account",))
        elif user.active and not account.can_login and account.deleted_at is None:
            differs = tuple(name for name in columns.differing(account, user) if name != "can_login")
            yield Drift(user.id, user.user_name, differs, blocked=True)
        elif differs := columns.differing(account, user):
            yield Drift(user.id, user.user_name, differs)


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
