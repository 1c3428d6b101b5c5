"""Both sides ask each other through a proxy, by names that it alone knows, with certificates of a private authority.

One Keycloak has it all by its own options, and a vault.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.environment import CONNECTOR_JAR, FAULTS_JAR
from tests.environment.admin import Admin
from tests.environment.authority import Authority, keystore
from tests.environment.backend import BUILDS
from tests.environment.chain import Chain
from tests.environment.clients import SCOPE, create_client
from tests.environment.keycloak import LocalKeycloak
from tests.environment.outgoing import Door, ForwardProxy
from tests.environment.receiver import ReceiverProcess

RECEIVER, KEYCLOAK, STRANGER = "receiver.test", "keycloak.test", "stranger.test"
URL = f"https://{RECEIVER}/scim/v2"
LOGIN = "portier:s3same"
OPTION = "spi-connections-http-client--default--"


@dataclass
class Street:
    """Two servers, and what stands between them."""

    keycloak: LocalKeycloak
    receiver: ReceiverProcess
    proxy: ForwardProxy
    door: Door
    vault: Path

    def chain(self, realm: str) -> Chain:
        """A realm that the receiver knows."""
        admin = Admin(self.keycloak)
        # The issuer is the same by whichever name a token is asked for.
        admin.create_realm(realm, attributes={"frontendUrl": self.keycloak.url})
        issuer = f"{self.keycloak.url}/realms/{realm}"
        jwks = f"https://{KEYCLOAK}/realms/{realm}/protocol/openid-connect/certs"
        trust = ("--issuer", issuer, "--jwks-url", jwks, "--audience", URL)
        self.receiver.command("source", "add", realm, "--dialect", "keycloak", *trust, "--azp", "sbe")
        return Chain(self.keycloak, self.receiver, admin, realm, self.receiver.client(realm))


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """Receiver, Keycloak, their doors and the proxy between them."""
    folder = tmp_path_factory.mktemp("street")
    authority, others = Authority(folder / "authority"), Authority(folder / "others")
    vault = folder / "vault"
    vault.mkdir()
    proxy = ForwardProxy(LOGIN)
    environment = {"HTTPS_PROXY": proxy.url, "SSL_CERT_FILE": str(authority.certificate)}
    receiver = ReceiverProcess(f"sqlite:///{folder / 'receiver.db'}", log=folder / "r.log", environment=environment)
    options = {
        "truststore-paths": str(authority.certificate),
        "vault-dir": str(vault),
        f"{OPTION}proxy-mappings": f".*[.]test;{proxy.url}",
        f"{OPTION}client-keystore": str(keystore(*authority.issue("keycloak", KEYCLOAK), "changeit")),
        f"{OPTION}client-keystore-password": "changeit",
        f"{OPTION}client-key-password": "changeit",
    }
    keycloak = LocalKeycloak(
        CONNECTOR_JAR, folder / "keycloak", options=options, more_jars=(FAULTS_JAR,), fresh=True, builds=BUILDS
    )
    front = authority.issue("receiver", RECEIVER)
    door = Door(receiver.port, front, clients=authority.certificate)
    own = Door(int(keycloak.url.rpartition(":")[2]), authority.issue("server", KEYCLOAK))
    stranger = Door(receiver.port, others.issue("stranger", STRANGER))
    proxy.names |= {RECEIVER: door.port, KEYCLOAK: own.port, STRANGER: stranger.port}
    try:
        receiver.start()
        keycloak.start()
        yield Street(keycloak, receiver, proxy, door, vault)
    finally:
        keycloak.stop()
        receiver.stop()
        for listener in (door, own, stranger, proxy):
            listener.close()


def test_a_change_and_the_keys_go_through_the_proxy_and_both_doors(street: Street) -> None:
    chain = street.chain("voisins")
    with pytest.raises(httpx.HTTPError):
        # Nobody but the proxy knows the name.
        httpx.get(URL, trust_env=False)
    chain.admin.enable_scim(chain.realm, URL)
    chain.admin.create_user(chain.realm, username="voisine")
    chain.see_user("voisine")
    assert {f"{RECEIVER}:443", f"{KEYCLOAK}:443"} <= set(street.proxy.asked)
    assert street.door.visitors == {"keycloak"}


def test_a_token_is_asked_for_through_the_proxy_with_a_secret_from_the_vault(street: Street) -> None:
    chain = street.chain("coffre")
    create_client(chain.admin, chain.realm, "sbe", URL, secret="du-coffre")
    (street.vault / f"{chain.realm}_scim").write_text("du-coffre")
    config = {
        "auth": "client-secret",
        "clientId": "sbe",
        "clientSecret": "${vault.scim}",
        "tokenUrl": f"https://{KEYCLOAK}/realms/{chain.realm}/protocol/openid-connect/token",
        "tokenScope": SCOPE,
    }
    endpoint = chain.admin.enable_scim(chain.realm, URL, config=config)
    assert chain.admin.component(chain.realm, endpoint)["config"]["clientSecret"] == ["${vault.scim}"]
    chain.admin.create_user(chain.realm, username="coffree")
    chain.see_user("coffree")


@pytest.mark.parametrize(("host", "reason"), [(STRANGER, "TLS failed"), ("unknown.test", "the proxy answered 403")])
def test_whom_nobody_knows_is_told_as_what_it_is(street: Street, host: str, reason: str) -> None:
    admin = Admin(street.keycloak)
    realm = f"inconnus-{host.partition('.')[0]}"
    admin.create_realm(realm)
    issuer = f"{street.keycloak.url}/realms/{realm}"
    answer = admin.scim_check(realm, url=f"https://{host}/scim/v2", issuer=issuer)
    assert (answer["ok"], answer["stage"]) == (False, "reach")
    assert reason in answer["detail"]
    assert LOGIN not in answer["detail"]
