"""The port through which people and groups reach the application that hosts accounts.

One SCIM request is one :class:`DirectoryTransaction`: the receiver writes its own rows on ``connection`` and calls
the methods below, then everything is committed together or not at all. An implementation that keeps its accounts in
another session (an ORM, say) hands out that session's connection, so that there is one commit for both.

Methods raise :class:`~sbe_scim.protocol.errors.ScimError` to refuse a request; nothing of it is then kept. Nothing
that can fail may be left for after the commit. A transaction that the database ends for another's sake (a deadlock)
is done again from its beginning: nothing that a method does may outlive the rollback.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.engine import Connection

from sbe_scim.store.failures import UniqueRule


@dataclass(frozen=True, slots=True)
class DirectoryUser:
    """A user as SCIM knows it; ``document`` is the canonical resource of RFC 7643 §4.1, without ``meta``."""

    id: str
    source: str
    external_id: str | None
    user_name: str
    active: bool
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DirectoryGroup:
    """A group as SCIM knows it (RFC 7643 §4.2); members are told apart, by ``members_changed``."""

    id: str
    source: str
    external_id: str | None
    display_name: str


class DirectoryTransaction(Protocol):
    """One unit of work. All ids are SCIM ids (``str``), never those of the hosting application."""

    @property
    def connection(self) -> Connection:
        """The connection on which the receiver reads and writes its own tables."""

    def user_saved(self, user: DirectoryUser) -> None:
        """Create the account, or bring it to this state."""

    def user_removed(self, user_id: str) -> None:
        """Close the account for good: no login, no memberships, no roles."""

    def group_saved(self, group: DirectoryGroup) -> None:
        """Create the group, or rename it."""

    def members_changed(self, group_id: str, added: Collection[str], removed: Collection[str]) -> None:
        """Apply a change of membership: those in ``added`` are members from now on, those in ``removed`` are not.

        Both are ids of users and do not overlap; some may be what they are to become already.
        """

    def group_removed(self, group_id: str) -> None:
        """Empty the group and take it away."""


class Directory(Protocol):
    """Where accounts live. Shared by all threads of the receiver."""

    @property
    def concurrency(self) -> int:
        """How many transactions may run at the same time."""

    @property
    def unique(self) -> Collection[UniqueRule]:
        """Constraints of its tables that mean a value which somebody else has: 409 ``uniqueness`` (RFC 7644 §3.12).

        Every other constraint that a request breaks is an error of the program, 500.
        """

    def transaction(self, *, write: bool) -> AbstractContextManager[DirectoryTransaction]:
        """Open a unit of work: committed when the block ends, rolled back when it raises."""

    def close(self) -> None:
        """Give back connections and threads."""
