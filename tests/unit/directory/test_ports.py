"""Accounts belong to transactions of their own host."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine

from sbe_scim.directory.none import NullDirectory
from sbe_scim.directory.port import DirectoryGroup, DirectoryUser
from sbe_scim.directory.sbe import SbeDirectory
from sbe_scim.service.records import StoredRecords
from sbe_scim.store.embedded import own_transactions
from tests.unit.rig import GROUP, Rig


def test_accounts_of_abilian_sbe_take_no_transaction_of_another_database(engine: Engine) -> None:
    with own_transactions(engine).write() as transaction, pytest.raises(TypeError, match="its own session"):
        SbeDirectory().accounts(transaction, StoredRecords(transaction.connection))


def test_a_receiver_that_stands_alone_tells_nobody(engine: Engine) -> None:
    directory = NullDirectory()
    assert directory.unique == ()
    with own_transactions(engine).write() as transaction:
        accounts = directory.accounts(transaction, StoredRecords(transaction.connection))
        accounts.user_saved(DirectoryUser("u", "staff", None, "ann", True, {}))
        accounts.group_saved(DirectoryGroup("g", "staff", None, "Élus"))
        accounts.members_changed("g", ["u"], [])
        accounts.group_removed("g")
        accounts.user_removed("u")


def test_records_tell_a_host_what_the_receiver_knows(rig: Rig) -> None:
    ann, bob = rig.create_user("ann")["id"], rig.create_user("bob")["id"]
    group = rig.create_group("Élus", ann, bob, externalId="e-1")["id"]
    other = rig.create_group("Agents", bob)["id"]
    with rig.ports.read() as transaction:
        records = StoredRecords(transaction.connection)
        assert records.members_of(group) == [ann, bob]
        assert records.groups_of(bob) == [group, other]
        assert records.group(group) == DirectoryGroup(group, "staff", "e-1", "Élus")
        assert (records.members_of("nobody"), records.groups_of("nobody"), records.group("nobody")) == ([], [], None)
    rig.delete(GROUP, group)
    with rig.ports.read() as transaction:
        records = StoredRecords(transaction.connection)
        assert (records.group(group), records.groups_of(bob)) == (None, [other])
