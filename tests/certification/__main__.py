"""Start a receiver and a Keycloak with the connector, and certify them: ``sbe-scim certify keycloak`` in a checkout."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from functools import partial

from sbe_scim.cli import main
from tests.certification.surroundings import Surrounded
from tests.environment import CACHE, CONNECTOR_JAR
from tests.environment.keycloak import LocalKeycloak
from tests.environment.openldap import LocalOpenldap
from tests.environment.ports import free_ports
from tests.environment.postgres import LocalPostgres, create_database, jdbc_url
from tests.environment.receiver import ReceiverProcess

HOME = CACHE / "certification"


def run(arguments: list[str]) -> int:
    """The exit code of the command."""
    if not CONNECTOR_JAR.exists():
        _say("The connector is not built yet: make jar")
        return 3
    HOME.mkdir(parents=True, exist_ok=True)
    for left in HOME.glob("receiver.*"):
        left.unlink()
    receiver = ReceiverProcess(f"sqlite:///{HOME}/receiver.db", host="127.0.0.1", log=HOME / "receiver.log")
    with ExitStack() as ends:
        receiver.start()
        ends.callback(receiver.stop)
        directory = _directory(ends)
        _say("Starting two nodes of Keycloak with the connector (the first time: some minutes)")
        nodes = _nodes(ends)
        os.environ["SBE_SCIM_KEYCLOAK_PASSWORD"] = nodes[0].admin_password
        servers = ["--server", nodes[0].url, "--admin-user", nodes[0].admin_user, "--listen", "127.0.0.1"]
        servers += ["--receiver", receiver.base_url, "--database", receiver.database]
        make = partial(Surrounded, nodes=nodes, directory=directory, process=receiver)
        return main(["certify", "keycloak", *servers, *arguments], make)


def _directory(ends: ExitStack) -> LocalOpenldap | None:
    """A running one; none where this machine cannot have it."""
    directory = LocalOpenldap(HOME / "openldap.log")
    ends.callback(directory.remove)
    try:
        directory.start()
    except RuntimeError as error:
        _say(f"Without a directory: {error}")
        return None
    return directory


def _nodes(ends: ExitStack) -> tuple[LocalKeycloak, ...]:
    """Two on one PostgreSQL, or one on a file where this machine has none; all run."""
    postgres = LocalPostgres(HOME / "postgres.log")
    try:
        postgres.start()
    except RuntimeError as error:
        _say(f"With one node: {error}")
        return (_node(ends, "first", "dev-file", {}),)
    ends.callback(postgres.stop)
    create_database(postgres, "keycloak")
    database = jdbc_url(postgres, "keycloak")
    first = _node(ends, "first", database, _clustered())
    return first, _node(ends, "second", database, {**_clustered(), "hostname": first.url})


def _node(ends: ExitStack, name: str, database: str, options: dict[str, str]) -> LocalKeycloak:
    log = HOME / f"keycloak-{name}.log"
    keycloak = LocalKeycloak(CONNECTOR_JAR, HOME / "keycloak", database=database, options=options, log=log)
    keycloak.start()
    ends.callback(keycloak.stop)
    return keycloak


def _clustered() -> dict[str, str]:
    (port,) = free_ports(1)
    return {
        "cache": "ispn",
        "cache-embedded-network-bind-address": "127.0.0.1",
        "cache-embedded-network-bind-port": str(port),
    }


def _say(what: str) -> None:
    print(what, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
