"""What is written in a session of Abilian SBE. Import it only once Abilian SBE is started."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from abilian.core.models.subjects import User
from flask import g
from sqlalchemy.orm import make_transient_to_detached

from sbe_scim.directory.port import DirectoryGroup, DirectoryUser, Records
from sbe_scim.directory.sbe import accounts, erasure, export, groups, hand_overs, joining, links, roles


@dataclass(frozen=True, slots=True)
class SbeAccounts:
    """The accounts and groups that ``session`` sees."""

    session: Any
    records: Records

    def user_saved(self, user: DirectoryUser) -> bool:
        """Create the account, or bring it to this state."""
        new, adopted = accounts.save(self.session, user)
        joined = new and not user.created and groups.join_again(self.session, self.records, user.id)
        roles.user_saved(self.session, self.records, user, new=new, joined=joined)
        return adopted

    def user_removed(self, user_id: str) -> None:
        """Close the account; its content stays."""
        accounts.remove(self.session, user_id)
        roles.user_removed(self.session, user_id)

    def user_erased(self, user_id: str) -> None:
        """Make the account anonymous; its content stays, under no name."""
        erasure.erase(self.session, user_id)

    def user_data(self, user_id: str) -> Mapping[str, Any]:
        """The account, and every row that refers to it."""
        return export.data(self.session, user_id)

    def users_with(self, mail: str) -> Collection[str]:
        """By the links, which outlive what the receiver knows of somebody who was deleted."""
        return accounts.users_with(self.session, mail)

    def unknown(self, ids: Collection[str]) -> Collection[str]:
        """By the links, also where the account was deleted by hand."""
        return links.unknown(self.session.connection(), ids)

    def by_rules(self, source: str, user_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """``admin``, or a role and its community."""
        return roles.by_rules(self.session, self.records, source, user_ids)

    def group_saved(self, group: DirectoryGroup) -> bool:
        """Create the group, or rename it."""
        return groups.save(self.session, self.records, group)

    def members_changed(self, group_id: str, added: Collection[str], removed: Collection[str]) -> None:
        """Apply a change of membership."""
        if added and not removed and joining.join(self.session, group_id, added):
            return
        groups.change_members(self.session, self.records, group_id, added, removed)
        roles.members_changed(self.session, self.records, group_id, {*added, *removed})

    def group_removed(self, group_id: str) -> None:
        """Empty the group and take it away."""
        groups.remove(self.session, group_id)
        roles.group_removed(self.session, self.records, group_id)

    def handed_over(self, ids: Collection[str], former: str, to: str, instead: Mapping[str, str] | None) -> None:
        """Have links, rules and adoptions name the new source."""
        hand_overs.hand_over(self.session.connection(), ids, former, to, instead)


def act_as_system(session: Any) -> None:
    """Let Abilian SBE's audit name its user 0 as the author of what follows."""
    system = User.__mapper__.class_manager.new_instance()
    system.id = 0
    # It is there; nothing but its id is ever asked for, and else it would be read in each transaction.
    make_transient_to_detached(system)
    session.add(system)
    g.user = system
