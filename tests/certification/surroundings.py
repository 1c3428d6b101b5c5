"""A realm of Keycloak with all that stands around it in hand: its nodes, its directory, the receiver."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sbe_scim.certify.admin import Realm
from sbe_scim.certify.keycloak import KeycloakProvider
from sbe_scim.certify.provider import Provider
from sbe_scim.certify.run import mark
from tests.certification.directories import Behind, WithDirectory
from tests.environment.keycloak import Keycloak
from tests.environment.receiver import ReceiverProcess
from tests.environment.waiting import until


class Surrounded(WithDirectory):
    """A provider whose servers are stopped and started.

    ``nodes`` are those of Keycloak, the first of which is the realm's. ``receiver`` is on SQLite.
    """

    def __init__(
        self,
        realm: Realm,
        receiver: str,
        inside: str,
        *,
        nodes: Sequence[Keycloak],
        directory: Behind | None,
        process: ReceiverProcess,
    ) -> None:
        super().__init__(realm, receiver, inside, node=nodes[0], directory=directory)
        self._nodes = nodes
        self._process = process
        self._other: KeycloakProvider | None = None
        self.can |= {"restart", "back_up_receiver", "set_receiver_back"}
        if len(nodes) > 1:
            self.can |= {"elsewhere"}

    def restart(self) -> None:
        """Kill all nodes, and start them."""
        for node in self._nodes:
            node.kill()
        for node in self._nodes:
            node.start()

    def elsewhere(self) -> Provider:
        """The realm by the second node; it knows whom the first has made."""
        if self._other is None:
            self._other = KeycloakProvider(self.realm.at(self._nodes[1].url), self._receiver)
            self._other._ids = self._ids
        return self._other

    # The receiver

    def back_up_receiver(self) -> None:
        """Copy its database while it runs, once its journal has what was played before: reads come late there."""
        begun = mark(self.realm.name.removeprefix("cert-"), "L44", "begin")
        until(lambda: self._is_journalled(begun), what=f"{begun} in the receiver's journal")
        _copy(self._file(), self._file().with_suffix(".backup"))

    def set_receiver_back(self) -> None:
        """Put the copy in its place while it does not run."""
        self._process.stop()
        _copy(self._file().with_suffix(".backup"), self._file())
        self._process.start()

    def _is_journalled(self, request_id: str) -> bool:
        with closing(sqlite3.connect(self._file())) as here:
            found = here.execute("SELECT 1 FROM scim_journal WHERE request_id = ?", (request_id,))
            return found.fetchone() is not None

    def _file(self) -> Path:
        return Path(self._process.database.removeprefix("sqlite:///"))


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)
