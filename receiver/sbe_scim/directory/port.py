"""The port through which people and groups reach the application that hosts accounts.

Who owns the database is another port (:mod:`sbe_scim.store.transactions`). For each SCIM request the directory is
asked for its :class:`Accounts` in the transaction that the request has opened: what they do is committed together with
the receiver's own rows, or not at all. An application that keeps its accounts in a session of its own (an ORM, say)
implements both ports over that session.

Methods raise :class:`~sbe_scim.protocol.errors.ScimError` to refuse a request; nothing of it is then kept. Nothing
that can fail may be left for after the commit. A transaction that the database ends for another's sake (a deadlock)
is done again from its beginning: nothing that a method does may outlive the rollback.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sbe_scim.protocol.errors import ScimError
from sbe_scim.store.failures import UniqueRule
from sbe_scim.store.transactions import Transaction


class AccountOpen(ScimError):
    """The account of somebody who was removed is in use again, by a decision of the application's own."""

    status = 409
    reason = "account_open"


@dataclass(frozen=True, slots=True)
class DirectoryUser:
    """A user as SCIM knows it; ``document`` is the canonical resource of RFC 7643 §4.1, without ``meta``.

    ``was_active`` is what ``active`` was before, ``None`` where there was nothing before. ``created``: this request has
    made the user, whom no directory can know and who is in no group.
    """

    id: str
    source: str
    external_id: str | None
    user_name: str
    active: bool
    document: Mapping[str, Any]
    was_active: bool | None = None
    created: bool = False


@dataclass(frozen=True, slots=True)
class DirectoryGroup:
    """A group as SCIM knows it (RFC 7643 §4.2); members are told apart, by ``members_changed``."""

    id: str
    source: str
    external_id: str | None
    display_name: str


class Records(Protocol):
    """What the receiver knows, for an application that has to make a row of its own again, or goes by memberships.

    The application knows no groups in groups: whoever is in a group is in those that this one is in, too.
    It is seen as the open transaction sees it: with what the request itself has changed so far.
    """

    def members_of(self, group_id: str) -> list[str]:
        """SCIM ids of the people in a group."""

    def groups_of(self, user_id: str) -> list[str]:
        """SCIM ids of the groups that a user is in."""

    def group(self, group_id: str) -> DirectoryGroup | None:
        """A group, if there is one with this id."""

    def memberships(self, group_ids: Collection[str], user_ids: Collection[str]) -> list[tuple[str, str]]:
        """Which of these users are in which of these groups: the ids of group and user."""

    def roles_of(self, user_ids: Collection[str]) -> dict[str, list[str]]:
        """The values of ``roles`` (RFC 7643 §4.1.2) of each of these users; who has none may be left out."""


class Accounts(Protocol):
    """Accounts within one transaction. All ids are SCIM ids (``str``), never those of the hosting application."""

    def user_saved(self, user: DirectoryUser) -> bool:
        """Create the account, or bring it to this state; whoever was removed has the account again that they had.

        They are not in groups again but by :meth:`members_changed`. Returns whether the account was made by hand, and
        is the source's from now on.
        """

    def user_removed(self, user_id: str) -> None:
        """Close the account for good: no login, no memberships, no roles."""

    def user_erased(self, user_id: str) -> None:
        """Leave nothing of a removed user by which somebody could know them; what they wrote stays.

        Raises :class:`AccountOpen` where somebody uses the account.
        """

    def user_data(self, user_id: str) -> Mapping[str, Any]:
        """All that the application holds of a user, also of one who is removed, as JSON can hold it."""

    def users_with(self, mail: str) -> Collection[str]:
        """SCIM ids of those, removed ones too, whose account has this mail address, in any case."""

    def unknown(self, ids: Collection[str]) -> Collection[str]:
        """Those of these SCIM ids of live users and groups of which the application was never told."""

    def by_rules(self, source: str, user_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """The roles that these users of a source are to have by what the :class:`Records` say of them, in words.

        Who is to have none may be left out; they need no account.
        """

    def group_saved(self, group: DirectoryGroup) -> bool:
        """Create the group, or rename it; returns as for a user."""

    def members_changed(self, group_id: str, added: Collection[str], removed: Collection[str]) -> None:
        """Apply a change of membership: those in ``added`` are in the group from now on, those in ``removed`` are not.

        It is told of each group around another, too, when somebody joins or leaves the latter.
        Both are ids of users and do not overlap; some may be what they are to become already.
        """

    def group_removed(self, group_id: str) -> None:
        """Empty the group and take it away."""

    def handed_over(self, ids: Collection[str], former: str, to: str, instead: Mapping[str, str] | None) -> None:
        """Let source ``to`` have these users and groups, with all that they have, which were those of ``former``.

        ``instead`` are groups that go for such groups, by their ids: whatever means one means the other from now on.
        ``None``: they go back to the source that they had.
        """


class Directory(Protocol):
    """Where accounts live. Shared by all threads of the receiver."""

    @property
    def unique(self) -> Collection[UniqueRule]:
        """Constraints of its tables that mean a value which somebody else has: 409 ``uniqueness`` (RFC 7644 §3.12).

        Every other constraint that a request breaks is an error of the program, 500.
        """

    def accounts(self, transaction: Transaction, records: Records) -> Accounts:
        """Accounts that are changed as part of ``transaction``, which is open and writes."""
