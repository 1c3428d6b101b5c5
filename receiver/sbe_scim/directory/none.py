"""No application behind: people and groups live in the receiver's own tables only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sbe_scim.directory.port import DirectoryGroup, DirectoryUser, Records
from sbe_scim.store.failures import UniqueRule
from sbe_scim.store.transactions import Transaction


class NullAccounts:
    """Nobody is told of people and groups."""

    __slots__ = ()

    def user_saved(self, user: DirectoryUser) -> bool:
        """Nothing to do."""
        return False

    def user_removed(self, user_id: str) -> None:
        """Nothing to do."""

    def user_erased(self, user_id: str) -> None:
        """Nothing to do."""

    def user_data(self, user_id: str) -> Mapping[str, Any]:
        """Nothing is held."""
        return {}

    def users_with(self, mail: str) -> Collection[str]:
        """There are no accounts."""
        return ()

    def unknown(self, ids: Collection[str]) -> Collection[str]:
        """There is nothing to be told."""
        return ()

    def by_rules(self, source: str, user_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """There are no roles."""
        return {}

    def group_saved(self, group: DirectoryGroup) -> bool:
        """Nothing to do."""
        return False

    def members_changed(self, group_id: str, added: Collection[str], removed: Collection[str]) -> None:
        """Nothing to do."""

    def group_removed(self, group_id: str) -> None:
        """Nothing to do."""

    def handed_over(self, ids: Collection[str], former: str, to: str, instead: Mapping[str, str] | None) -> None:
        """Nothing to do."""


_ACCOUNTS = NullAccounts()


class NullDirectory:
    """The directory of a receiver that stands alone."""

    @property
    def unique(self) -> tuple[UniqueRule, ...]:
        """None: it has no tables."""
        return ()

    def accounts(self, _transaction: Transaction, _records: Records) -> NullAccounts:
        """There are none."""
        return _ACCOUNTS
