"""The contracts of tests/contract/, kept by Abilian SBE and its database."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from sbe_scim.app import Ports
from tests.contract.directory import *  # noqa: F403
from tests.contract.store import *  # noqa: F403
from tests.contract.transactions import *  # noqa: F403
from tests.sbe.inside.support import Sbe
from tests.unit.rig import Recording, Rig


@dataclass(frozen=True)
class SbeHost:
    """Abilian SBE, as the contract of the directory looks at it."""

    sbe: Sbe

    def may_sign_in(self, mail: str) -> bool | None:
        """Whether Abilian SBE would let somebody in."""
        account = self.sbe.account(mail)
        return None if account is None else bool(account["can_login"])

    def members(self, group: str) -> set[str] | None:
        """The members of a group."""
        return self.sbe.group(group)


@pytest.fixture
def host(sbe: Sbe) -> SbeHost:
    """The application behind the directory."""
    return SbeHost(sbe)


@pytest.fixture(scope="session")
def rig(ports: Ports) -> Rig:
    """The service over Abilian SBE; one database serves the whole file."""
    return Rig(Recording(*ports))
