"""A change and its mark are one transaction of Keycloak."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.environment.admin import AdminError
from tests.environment.chain import Chain
from tests.environment.marks import both_databases

MARKER = "fail-before-commit"


@both_databases
def test_a_change_that_is_rolled_back_never_arrives(chain: Chain) -> None:
    chain.enable()
    identifier = chain.admin.create_user(chain.realm, username="stable", firstName="Before")
    chain.see_user("stable")
    chain.settle()

    with pytest.raises(AdminError):
        chain.admin.update_user(chain.realm, identifier, firstName=MARKER)
    with pytest.raises(AdminError):
        chain.admin.create_user(chain.realm, username=f"new-{MARKER}")
    with pytest.raises(AdminError):
        chain.admin.create_group(chain.realm, f"group-{MARKER}")

    assert re.findall(r"the change fails with (\d+) marks written", chain.keycloak.log_text())[-3:] == ["1", "1", "1"]
    assert chain.admin.user(chain.realm, identifier)["firstName"] == "Before"
    # What was changed before this person was looked at first: once she is there, nothing else is to come.
    chain.admin.create_user(chain.realm, username="after")
    chain.see_user("after")
    chain.settle()
    assert sorted(chain.users()) == ["after", "stable"]
    assert chain.users()["stable"]["name"]["givenName"] == "Before"
    assert chain.groups() == {}
    assert chain.changes("stable") == 1


@both_databases
def test_a_mark_that_cannot_be_written_fails_the_change(chain: Chain) -> None:
    chain.enable()
    identifier = chain.admin.create_user(chain.realm, username="ferme", firstName="Before", email="ferme@example.org")
    chain.see_user("ferme")
    chain.settle()

    with marks_unwritable(chain):
        with pytest.raises(AdminError) as update:
            chain.admin.update_user(chain.realm, identifier, firstName="After", enabled=False)
        assert update.value.status >= 400
        with pytest.raises(AdminError):
            chain.admin.create_user(chain.realm, username="refusee")
        with pytest.raises(AdminError):
            chain.admin.delete_user(chain.realm, identifier)
        unchanged = chain.admin.user(chain.realm, identifier)
        assert (unchanged["firstName"], unchanged["enabled"]) == ("Before", True)
        assert chain.admin.users(chain.realm, username="refusee") == []

    chain.admin.update_user(chain.realm, identifier, firstName="After")
    chain.see_user("ferme", lambda user: user["name"]["givenName"] == "After")


@both_databases
def test_a_realm_without_endpoint_does_not_need_the_connector(chain: Chain) -> None:
    with marks_unwritable(chain):
        identifier = chain.admin.create_user(chain.realm, username="libre")
        chain.admin.update_user(chain.realm, identifier, firstName="Libre")
    assert chain.admin.user(chain.realm, identifier)["firstName"] == "Libre"


@contextmanager
def marks_unwritable(chain: Chain) -> Iterator[None]:
    """Take the table of marks away, as a broken migration or a missing right would."""
    chain.admin.sql(chain.realm, "ALTER TABLE SBE_SCIM_MARK RENAME TO SBE_SCIM_MARK_AWAY")
    try:
        yield
    finally:
        chain.admin.sql(chain.realm, "ALTER TABLE SBE_SCIM_MARK_AWAY RENAME TO SBE_SCIM_MARK")
