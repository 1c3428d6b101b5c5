"""What every implementation of the port ``Directory`` does with accounts and groups.

``host`` is the application as its own users see it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Protocol

from sbe_scim.app import Ports
from sbe_scim.directory.port import Accounts, DirectoryGroup, DirectoryUser
from sbe_scim.service.records import StoredRecords
from tests.contract.transactions import Undone


class Host(Protocol):
    """The application behind a directory."""

    def may_sign_in(self, mail: str) -> bool | None:
        """Whether an account is open; ``None`` where there is none."""

    def members(self, group: str) -> set[str] | None:
        """The addresses of a group's members; ``None`` where there is no such group."""


def user(active: bool = True, id: str | None = None) -> DirectoryUser:
    """Somebody new, or in another state."""
    key = id or str(uuid.uuid4())
    mail = f"{key}@example.org"
    document = {"emails": [{"value": mail, "type": "work", "primary": True}], "name": {"familyName": "Martin"}}
    return DirectoryUser(key, "contract", None, mail, active, document)


def group(name: str | None = None, id: str | None = None) -> DirectoryGroup:
    """A new group, or one of another name."""
    key = id or str(uuid.uuid4())
    return DirectoryGroup(key, "contract", None, name or f"group {key}")


@contextmanager
def accounts(ports: Ports) -> Iterator[Accounts]:
    """The accounts of one request."""
    with ports.transactions.write() as transaction:
        yield ports.directory.accounts(transaction, StoredRecords(transaction.connection))


def test_who_is_active_may_sign_in_and_who_is_not_may_not(ports: Ports, host: Host) -> None:
    ann, bob = user(), user(active=False)
    with accounts(ports) as open_accounts:
        open_accounts.user_saved(ann)
        open_accounts.user_saved(bob)
    assert (host.may_sign_in(ann.user_name), host.may_sign_in(bob.user_name)) == (True, False)
    for active in (False, True, True):
        with accounts(ports) as open_accounts:
            open_accounts.user_saved(user(active, ann.id))
        assert host.may_sign_in(ann.user_name) is active


def test_whom_it_was_told_of_it_knows(ports: Ports) -> None:
    ann, bob, team, club = user(), user(), group(), group()
    everybody = [one.id for one in (ann, bob, team, club)]
    with accounts(ports) as open_accounts:
        assert set(open_accounts.unknown(everybody)) == set(everybody)
        open_accounts.user_saved(ann)
        open_accounts.group_saved(team)
        assert set(open_accounts.unknown(everybody)) == {bob.id, club.id}
    with accounts(ports) as open_accounts:
        assert set(open_accounts.unknown(everybody)) == {bob.id, club.id}


def test_who_is_removed_may_not_sign_in_and_is_in_no_group(ports: Ports, host: Host) -> None:
    ann, team = user(), group()
    with accounts(ports) as open_accounts:
        open_accounts.user_saved(ann)
        open_accounts.group_saved(team)
        open_accounts.members_changed(team.id, [ann.id], [])
    with accounts(ports) as open_accounts:
        open_accounts.user_removed(ann.id)
    assert not host.may_sign_in(ann.user_name)
    assert host.members(team.display_name) == set()


def test_who_was_removed_and_is_saved_again_may_sign_in_and_is_in_the_groups_that_are_told(
    ports: Ports, host: Host
) -> None:
    ann, team = user(), group()
    with accounts(ports) as open_accounts:
        open_accounts.user_saved(ann)
        open_accounts.group_saved(team)
        open_accounts.members_changed(team.id, [ann.id], [])
    with accounts(ports) as open_accounts:
        open_accounts.user_removed(ann.id)
    for _ in range(2):
        with accounts(ports) as open_accounts:
            assert not open_accounts.user_saved(ann), "it was not made by hand"
    assert (host.may_sign_in(ann.user_name), host.members(team.display_name)) == (True, set())
    with accounts(ports) as open_accounts:
        open_accounts.members_changed(team.id, [ann.id], [])
    assert host.members(team.display_name) == {ann.user_name}


def test_a_group_that_was_removed_and_is_saved_again_has_the_members_that_are_told(ports: Ports, host: Host) -> None:
    ann, team = user(), group()
    with accounts(ports) as open_accounts:
        open_accounts.user_saved(ann)
        open_accounts.group_saved(team)
        open_accounts.members_changed(team.id, [ann.id], [])
    with accounts(ports) as open_accounts:
        open_accounts.group_removed(team.id)
    with accounts(ports) as open_accounts:
        assert not open_accounts.group_saved(team), "it was not made by hand"
        open_accounts.members_changed(team.id, [ann.id], [])
    assert host.members(team.display_name) == {ann.user_name}


def test_of_a_removed_user_who_is_erased_nothing_is_left_that_names_them(ports: Ports, host: Host) -> None:
    ann, team = user(), group()
    with accounts(ports) as open_accounts:
        open_accounts.user_saved(ann)
        open_accounts.group_saved(team)
        open_accounts.members_changed(team.id, [ann.id], [])
    with accounts(ports) as open_accounts:
        open_accounts.user_removed(ann.id)
        open_accounts.user_erased(ann.id)
    for _ in range(2):
        with accounts(ports) as open_accounts:
            left = json.dumps(open_accounts.user_data(ann.id))
            open_accounts.user_erased(ann.id)
        assert ann.user_name not in left
        assert "Martin" not in left
    assert host.may_sign_in(ann.user_name) is None
    with accounts(ports) as open_accounts:
        open_accounts.user_saved(replace(ann, id=str(uuid.uuid4())))
    assert host.may_sign_in(ann.user_name) is True, "the address is free"


def test_of_somebody_unknown_nothing_is_held_and_nothing_erased(ports: Ports, host: Host) -> None:
    with accounts(ports) as open_accounts:
        open_accounts.user_erased(str(uuid.uuid4()))
        assert open_accounts.user_data(str(uuid.uuid4())) == {}
        assert list(open_accounts.users_with("nobody@example.org")) == []


def test_members_come_and_go(ports: Ports, host: Host) -> None:
    ann, bob, team = user(), user(), group()
    with accounts(ports) as open_accounts:
        for one in (ann, bob):
            open_accounts.user_saved(one)
        open_accounts.group_saved(team)
        open_accounts.members_changed(team.id, [ann.id], [])
    assert host.members(team.display_name) == {ann.user_name}
    with accounts(ports) as open_accounts:
        open_accounts.members_changed(team.id, [bob.id], [ann.id])
    assert host.members(team.display_name) == {bob.user_name}


def test_members_who_are_what_they_are_to_become_stay_so(ports: Ports, host: Host) -> None:
    ann, bob, team = user(), user(), group()
    with accounts(ports) as open_accounts:
        for one in (ann, bob):
            open_accounts.user_saved(one)
        open_accounts.group_saved(team)
    for _ in range(2):
        with accounts(ports) as open_accounts:
            open_accounts.members_changed(team.id, [ann.id], [bob.id])
    assert host.members(team.display_name) == {ann.user_name}


def test_a_group_that_is_renamed_keeps_its_members(ports: Ports, host: Host) -> None:
    ann, team = user(), group()
    with accounts(ports) as open_accounts:
        open_accounts.user_saved(ann)
        open_accounts.group_saved(team)
        open_accounts.members_changed(team.id, [ann.id], [])
    renamed = group(f"renamed {team.id}", team.id)
    with accounts(ports) as open_accounts:
        open_accounts.group_saved(renamed)
    assert (host.members(team.display_name), host.members(renamed.display_name)) == (None, {ann.user_name})


def test_a_group_that_is_removed_is_gone_and_its_members_are_not(ports: Ports, host: Host) -> None:
    ann, team = user(), group()
    with accounts(ports) as open_accounts:
        open_accounts.user_saved(ann)
        open_accounts.group_saved(team)
        open_accounts.members_changed(team.id, [ann.id], [])
    with accounts(ports) as open_accounts:
        open_accounts.group_removed(team.id)
    assert host.members(team.display_name) is None
    assert host.may_sign_in(ann.user_name)


def test_who_is_handed_over_to_another_source_keeps_account_and_groups(ports: Ports, host: Host) -> None:
    ann, team = user(), group()
    with accounts(ports) as open_accounts:
        open_accounts.user_saved(ann)
        open_accounts.group_saved(team)
        open_accounts.members_changed(team.id, [ann.id], [])
    with accounts(ports) as open_accounts:
        open_accounts.handed_over([ann.id, team.id], "contract", "another", {})
    with accounts(ports) as open_accounts:
        open_accounts.user_saved(replace(ann, source="another"))
        open_accounts.group_saved(replace(team, source="another"))
    assert host.may_sign_in(ann.user_name)
    assert host.members(team.display_name) == {ann.user_name}
    with accounts(ports) as open_accounts:
        open_accounts.user_removed(ann.id)
    assert not host.may_sign_in(ann.user_name)
    assert host.members(team.display_name) == set()


def test_what_a_request_that_fails_has_told_is_not_kept(ports: Ports, host: Host) -> None:
    ann, team = user(), group()
    with suppress(Undone), accounts(ports) as open_accounts:
        open_accounts.user_saved(ann)
        open_accounts.group_saved(team)
        open_accounts.members_changed(team.id, [ann.id], [])
        raise Undone
    assert host.may_sign_in(ann.user_name) is None
    assert host.members(team.display_name) is None


def test_a_savepoint_takes_accounts_back_too(ports: Ports, host: Host) -> None:
    ann, bob, carl = user(), user(), user()
    with ports.transactions.write() as transaction:
        open_accounts = ports.directory.accounts(transaction, StoredRecords(transaction.connection))
        open_accounts.user_saved(ann)
        with suppress(Undone), transaction.savepoint():
            open_accounts.user_saved(bob)
            open_accounts.user_saved(user(False, ann.id))
            raise Undone
        open_accounts.user_saved(carl)
    found = [host.may_sign_in(one.user_name) for one in (ann, bob, carl)]
    assert found == [True, None, True]
