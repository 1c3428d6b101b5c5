"""Start a receiver and a Keycloak with the connector, and certify them: ``sbe-scim certify keycloak`` in a checkout."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import ExitStack
from functools import partial

from sbe_scim.cli import main
from sbe_scim.cli.certify.realm import DIRECTORIES
from tests.certification.directories import Behind, OpenldapBehind, SambaBehind
from tests.certification.surroundings import Surrounded
from tests.environment import CACHE, CONNECTOR_JAR
from tests.environment.authority import Authority
from tests.environment.keycloak import LocalKeycloak
from tests.environment.openldap import LocalOpenldap
from tests.environment.ports import free_ports
from tests.environment.postgres import LocalPostgres, create_database, jdbc_url
from tests.environment.receiver import ReceiverProcess
from tests.environment.samba import LocalSamba

HOME = CACHE / "certification"


def run(arguments: list[str]) -> int:
    """The exit code of the command."""
    if not CONNECTOR_JAR.exists():
        _say("The connector is not built yet: make jar")
        return 3
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--directory", choices=DIRECTORIES, default=DIRECTORIES[0])
    wanted, arguments = parser.parse_known_args(arguments)
    HOME.mkdir(parents=True, exist_ok=True)
    for left in HOME.glob("receiver.*"):
        left.unlink()
    receiver = ReceiverProcess(f"sqlite:///{HOME}/receiver.db", host="127.0.0.1", log=HOME / "receiver.log")
    with ExitStack() as ends:
        receiver.start()
        ends.callback(receiver.stop)
        authority = Authority(HOME / "authority")
        directory = _directory(ends, wanted.directory, authority)
        _say("Starting two nodes of Keycloak with the connector (the first time: some minutes)")
        nodes = _nodes(ends, {"truststore-paths": str(authority.certificate)})
        os.environ["SBE_SCIM_KEYCLOAK_PASSWORD"] = nodes[0].admin_password
        servers = ["--server", nodes[0].url, "--admin-user", nodes[0].admin_user, "--listen", "127.0.0.1"]
        servers += ["--receiver", receiver.base_url, "--database", receiver.database]
        make = partial(Surrounded, nodes=nodes, directory=directory, process=receiver)
        return main(["certify", "keycloak", *servers, *arguments], make)


def _directory(ends: ExitStack, kind: str, authority: Authority) -> Behind | None:
    """A running one; none where this machine cannot have it."""
    behind: Behind
    if kind == "samba":
        behind = SambaBehind(LocalSamba(HOME / "samba.log", authority, hosts=()), "127.0.0.1")
    else:
        behind = OpenldapBehind(LocalOpenldap(HOME / "openldap.log"))
    ends.callback(behind.server.remove)
    try:
        behind.server.start()
    except RuntimeError as error:
        _say(f"Without a directory: {error}")
        return None
    return behind


def _nodes(ends: ExitStack, options: dict[str, str]) -> tuple[LocalKeycloak, ...]:
    """Two on one PostgreSQL, or one on a file where this machine has none; all run."""
    postgres = LocalPostgres(HOME / "postgres.log")
    try:
        postgres.start()
    except RuntimeError as error:
        _say(f"With one node: {error}")
        return (_node(ends, "first", "dev-file", options),)
    ends.callback(postgres.stop)
    create_database(postgres, "keycloak")
    database = jdbc_url(postgres, "keycloak")
    first = _node(ends, "first", database, {**options, **_clustered()})
    return first, _node(ends, "second", database, {**options, **_clustered(), "hostname": first.url})


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
