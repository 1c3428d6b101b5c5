"""What every way of running Keycloak shares."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Protocol

KEYCLOAK_VERSION = os.environ.get("SBE_SCIM_TEST_KEYCLOAK_VERSION", "26.7.4")
ADMIN_USER = "admin"
ADMIN_PASSWORD = "admin"
#: Options of ``kc.sh build``: a change of them needs a new build.
BUILD_OPTIONS = {"health-enabled": "true", "metrics-enabled": "true", "vault": "file"}
#: No cluster: a start would first wait for the node that was killed. No line per health probe.
START_OPTIONS = {
    "cache": "local",
    "hostname-strict": "false",
    "http-enabled": "true",
    "log-level": "info,io.smallrye.health:error",
}
#: H2 writes a commit half a second late by default, and a kill would lose it together with what it answered.
H2_PROPERTIES = ";WRITE_DELAY=0"


def _morning() -> str:
    """The time zone where it is ten o'clock: the connector compares all at night, in the middle of a test as well."""
    ahead = (10 - datetime.now(UTC).hour + 11) % 24 - 11
    # By POSIX, what is ahead of Greenwich is minus.
    return f"Etc/GMT{-ahead:+d}"


JAVA_OPTIONS = f"-XX:TieredStopAtLevel=1 -Duser.timezone={_morning()}"
START_DEADLINE = 240.0
#: On the management port: the other one opens, and the log says "started", long before the server is ready.
HEALTH = "/health/ready"


class Keycloak(Protocol):
    """A server that can be reached at ``url`` while it runs; it keeps url and data over stop, kill and start."""

    url: str
    #: Of metrics and health, as this machine reaches it.
    management_address: str
    admin_user: str
    admin_password: str
    #: The name by which this server reaches the machine where the tests run.
    receiver_host: str

    def start(self) -> None:
        """Start and wait until it is ready to answer."""

    def stop(self) -> None:
        """Stop in an orderly way; the data stay."""

    def kill(self) -> None:
        """End at once, as a power cut does; the data stay."""

    def log_text(self) -> str:
        """What it printed."""


def vendor(database: str) -> str:
    """Keycloak's name of the kind of database: ``dev-file``, ``dev-mem``, or the vendor in a JDBC URL."""
    if not database.startswith("jdbc:"):
        return database
    return {"postgresql": "postgres"}.get(name := database.split(":")[1], name)


def start_options(database: str) -> dict[str, str]:
    """Options of ``kc.sh start``; a JDBC URL carries user and password itself."""
    if database.startswith("jdbc:"):
        return {**START_OPTIONS, "db-url": database}
    return {**START_OPTIONS, "db-url-properties": H2_PROPERTIES} if database == "dev-file" else START_OPTIONS
