"""``docker-compose.test.yml``: what a person starts works."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from tests.environment import ROOT, reaper
from tests.environment.admin import Admin
from tests.environment.backend import ContainerBackend, Servers, images
from tests.environment.broker import sign_in
from tests.environment.keycloak.base import ADMIN_PASSWORD, ADMIN_USER
from tests.environment.ports import free_ports
from tests.environment.waiting import until

REALM = "compose"
RECEIVER_IN_NETWORK = "http://receiver:8000/scim/v2"


@dataclass(frozen=True)
class Composition:
    """A running project of its own on free ports."""

    project: str
    keycloak_port: int
    receiver_port: int
    ldap_port: int
    sbe_port: int

    def compose(self, *arguments: str) -> str:
        """Run compose on the project; what it printed."""
        environment = {
            **os.environ,
            "SBE_SCIM_KEYCLOAK_PORT": str(self.keycloak_port),
            "SBE_SCIM_RECEIVER_PORT": str(self.receiver_port),
            "SBE_SCIM_LDAP_PORT": str(self.ldap_port),
            "SBE_SCIM_SBE_PORT": str(self.sbe_port),
            "PYTHON": sys.executable,
        }
        script = ROOT / "tests" / "environment" / "docker" / "compose.sh"
        done = subprocess.run(
            [str(script), "-p", self.project, *arguments],
            env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"compose {' '.join(arguments[:2])}:\n{(done.stdout + done.stderr)[-4000:]}"
        return done.stdout.strip()

    def succeeds(self, *arguments: str) -> bool:
        """Run compose on the project, and tell whether it did."""
        try:
            self.compose(*arguments)
        except AssertionError:
            return False
        return True

    def sbe_scim(self, *arguments: str) -> str:
        """Run ``sbe-scim`` where the receiver runs."""
        password = f"SBE_SCIM_KEYCLOAK_PASSWORD={ADMIN_PASSWORD}"
        return self.compose("exec", "-T", "-e", password, "receiver", "sbe-scim", *arguments)


@dataclass(frozen=True)
class PublishedKeycloak:
    """What a client of the Admin API must know of the composed server."""

    url: str
    admin_user: str = ADMIN_USER
    admin_password: str = ADMIN_PASSWORD


@pytest.fixture
def with_sbe() -> None:
    """Only where it is asked for: its image takes minutes to build, and the rest of the tests have no use for it."""
    if os.environ.get("SBE_SCIM_TEST_COMPOSE") != "sbe":
        pytest.skip("an image of Abilian SBE takes minutes to build; SBE_SCIM_TEST_COMPOSE=sbe tries it")


@pytest.fixture
def composition(servers: Servers) -> Iterator[Composition]:
    """Everything of the file, started as a person would."""
    if not isinstance(servers.backend, ContainerBackend):
        pytest.skip(f"compose needs a Docker engine; {servers.backend.description}")
    images("postgres", "python", "keycloak")
    running = Composition(f"sbe-scim-{uuid.uuid4().hex[:8]}", *free_ports(4))
    reaper.watch_project(running.project)
    try:
        running.compose("up", "-d", "--build")
        yield running
    finally:
        running.compose("--profile", "sbe", "down", "-v", "-t", "5")
        reaper.forget_project(running.project)


def test_a_change_arrives_in_the_composed_receiver(composition: Composition) -> None:
    receiver = f"http://127.0.0.1:{composition.receiver_port}"
    until(lambda: _status(f"{receiver}/healthz"), lambda status: status == 200, what="200 of the receiver")
    admin = Admin(PublishedKeycloak(f"http://127.0.0.1:{composition.keycloak_port}"))
    admin.create_realm(REALM)
    in_network = f"http://keycloak:{composition.keycloak_port}"
    composition.sbe_scim(
        "keycloak", "enable", "--server", in_network, "--realm", REALM, "--receiver", RECEIVER_IN_NETWORK,
        "--database", "sqlite:///sbe-scim.db",
    )  # fmt: skip
    token = composition.sbe_scim("token", "create", REALM)

    admin.create_user(REALM, username="composée", firstName="Léa")

    with httpx.Client(base_url=f"{receiver}/scim/v2", headers={"Authorization": f"Bearer {token}"}) as scim:
        people = until(
            lambda: scim.get("/Users").raise_for_status().json()["Resources"],
            lambda found: len(found) == 1,
            what="one person",
        )
    assert people[0]["name"]["givenName"] == "Léa"
    ldap = {"action": "testAuthentication", "connectionUrl": "ldap://ldap:389", "authType": "simple",
            "bindDn": "cn=admin,dc=example,dc=org", "bindCredential": "ldap-test"}  # fmt: skip
    assert admin.request("POST", f"/{REALM}/testLDAPConnection", json=ldap).status_code == 204


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("with_sbe")
def test_people_of_the_realm_that_is_there_sign_in_to_the_composed_abilian_sbe(composition: Composition) -> None:
    composition.compose("--profile", "sbe", "up", "-d", "--build")
    sbe = f"http://127.0.0.1:{composition.sbe_port}"
    ready = ("exec", "-T", "sbe", "test", "-f", "/var/lib/sbe/ready")
    until(lambda: composition.succeeds(*ready), what="Abilian SBE and the realm", deadline=120, poll=1)
    keycloak = PublishedKeycloak(f"http://127.0.0.1:{composition.keycloak_port}")
    for person in ("celine", "marc"):
        page = until(
            lambda person=person: sign_in(keycloak, f"{sbe}/sign-in/?next=/social/users/", person, person),  # type: ignore[misc]
            lambda answer: answer.status_code == 200,
            what=f"{person} is in",
        )
        assert str(page.url) == f"{sbe}/social/users/"


def _status(url: str) -> int | None:
    try:
        return httpx.get(url, timeout=5).status_code
    except httpx.TransportError:
        return None
