"""An authenticator with everything around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from sbe_scim.auth import Authenticator
from sbe_scim.protocol import Unauthorized
from sbe_scim.store import sources, tokens
from sbe_scim.store.transactions import Transactions
from tests.unit.auth.issuer import Issuer


class Clock:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Door:
    """An authenticator, its issuer and its clock."""

    transactions: Transactions
    issuer: Issuer
    clock: Clock
    authenticator: Authenticator
    #: The ids of the static tokens whose use was noted.
    uses: list[str]
    #: The sources for which a person's token was noted.
    persons: list[int]

    def verify(self, token: str) -> Any:
        return self.authenticator.verify(f"Bearer {token}")

    def refuses(self, token: str, reason: str) -> None:
        with pytest.raises(Unauthorized, match=reason):
            self.verify(token)

    def sources(self, action: str, *arguments: Any, **more: Any) -> Any:
        with self.transactions.write() as transaction:
            return getattr(sources, action)(transaction.connection, *arguments, **more)

    def tokens(self, action: str, *arguments: Any) -> Any:
        with self.transactions.write() as transaction:
            return getattr(tokens, action)(transaction.connection, *arguments)
