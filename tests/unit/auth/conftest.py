"""One authenticator per test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sbe_scim.auth import Authenticator, KeyRing
from sbe_scim.store import migrate, open_database
from sbe_scim.store.embedded import own_transactions
from tests.unit.auth.door import Clock, Door
from tests.unit.auth.issuer import AUDIENCE, issuer


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """A source named staff whose issuer is the local one."""
    engine = open_database(f"sqlite:///{tmp_path}/receiver.db")
    migrate(engine)
    transactions, clock = own_transactions(engine), Clock()
    with issuer() as running:
        uses: list[str] = []
        persons: list[int] = []
        authenticator = Authenticator(
            transactions, AUDIENCE, KeyRing(clock=clock), clock, note_use=uses.append, note_person=persons.append
        )
        door = Door(transactions, running, clock, authenticator, uses, persons)
        door.sources("add", "staff", issuer=running.name, jwks_url=running.jwks_url)
        yield door
    transactions.close()
