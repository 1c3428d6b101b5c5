"""Start a receiver and a Keycloak with the connector, and certify them: ``sbe-scim certify keycloak`` in a checkout."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack

from sbe_scim.cli import main
from tests.environment import CACHE, CONNECTOR_JAR
from tests.environment.keycloak import LocalKeycloak
from tests.environment.receiver import ReceiverProcess

HOME = CACHE / "certification"


def run(arguments: list[str]) -> int:
    """The exit code of the command."""
    if not CONNECTOR_JAR.exists():
        print("The connector is not built yet: make jar", file=sys.stderr)
        return 3
    HOME.mkdir(parents=True, exist_ok=True)
    for left in HOME.glob("receiver.db*"):
        left.unlink()
    receiver = ReceiverProcess(f"sqlite:///{HOME}/receiver.db", host="127.0.0.1", log=HOME / "receiver.log")
    keycloak = LocalKeycloak(CONNECTOR_JAR, HOME / "keycloak", log=HOME / "keycloak.log")
    with ExitStack() as ends:
        receiver.start()
        ends.callback(receiver.stop)
        print("Starting Keycloak with the connector (the first time: a minute or two)", file=sys.stderr)
        keycloak.start()
        ends.callback(keycloak.stop)
        os.environ["SBE_SCIM_KEYCLOAK_PASSWORD"] = keycloak.admin_password
        servers = ["--server", keycloak.url, "--admin-user", keycloak.admin_user, "--listen", "127.0.0.1"]
        servers += ["--receiver", receiver.base_url, "--database", receiver.database]
        return main(["certify", "keycloak", *servers, *arguments])


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
