"""The directory of a source in shadow mode: it answers as the real one would, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from sbe_scim.directory.port import Accounts, Directory, DirectoryGroup, DirectoryUser
from sbe_scim.store.transactions import Transaction

Result = TypeVar("Result")


class _Undone(Exception):
    """What was done is to be undone."""


class NoRecords:
    """The port ``Records`` of somebody who is alone: no group has members."""

    def members_of(self, _group_id: str) -> list[str]:
        """Nobody."""
        return []

    def groups_of(self, _user_id: str) -> list[str]:
        """None."""
        return []

    def group(self, _group_id: str) -> DirectoryGroup | None:
        """There is none."""
        return None

    def memberships(self, _group_ids: Collection[str], _user_ids: Collection[str]) -> list[tuple[str, str]]:
        """None."""
        return []

    def roles_of(self, _user_ids: Collection[str]) -> dict[str, list[str]]:
        """None."""
        return {}


def foreseen(transaction: Transaction, act: Callable[[], Result]) -> Result:
    """Return what ``act`` returns, or raise what it raises, and undo it: it is asked, and not done."""
    found: list[Result] = []
    with suppress(_Undone), transaction.savepoint():
        found.append(act())
        raise _Undone
    return found[0]


@dataclass(frozen=True, slots=True)
class ShadowAccounts:
    """Accounts as the real ones would be: what these refuse is refused, nothing is changed."""

    real: Accounts
    transaction: Transaction

    @classmethod
    def of(cls, directory: Directory, transaction: Transaction) -> ShadowAccounts:
        """Ask ``directory``, each time as if nothing else had been recorded."""
        return cls(directory.accounts(transaction, NoRecords()), transaction)

    def user_saved(self, user: DirectoryUser) -> bool:
        """Refuse whom the real one refuses; who is closed once there is never is."""
        if not (user.active or user.created):
            return False
        return foreseen(self.transaction, lambda: self.real.user_saved(user))

    def user_removed(self, user_id: str) -> None:
        """Nothing is done."""

    def user_erased(self, user_id: str) -> None:
        """Nothing is done."""

    def user_data(self, user_id: str) -> Mapping[str, Any]:
        """As the real one."""
        return self.real.user_data(user_id)

    def users_with(self, mail: str) -> Collection[str]:
        """As the real one."""
        return self.real.users_with(mail)

    def unknown(self, ids: Collection[str]) -> Collection[str]:
        """As the real one."""
        return self.real.unknown(ids)

    def by_rules(self, source: str, user_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """As the real one, which knows of no groups."""
        return self.real.by_rules(source, user_ids)

    def group_saved(self, group: DirectoryGroup) -> bool:
        """Refuse what the real one refuses."""
        return foreseen(self.transaction, lambda: self.real.group_saved(group))

    def members_changed(self, group_id: str, added: Collection[str], removed: Collection[str]) -> None:
        """Nothing is done."""

    def group_removed(self, group_id: str) -> None:
        """Nothing is done."""

    def handed_over(self, ids: Collection[str], former: str, to: str, instead: Mapping[str, str] | None) -> None:
        """Nothing is done."""
