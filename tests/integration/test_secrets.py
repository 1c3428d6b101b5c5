"""A fixed token stands in no component: not while the connector runs, nor switched off, nor taken out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.environment import CONNECTOR_JAR, FAULTS_JAR
from tests.environment.admin import ENDPOINT_TYPE, Admin
from tests.environment.backend import BUILDS
from tests.environment.chain import Chain
from tests.environment.keycloak import LocalKeycloak
from tests.environment.marks import databases
from tests.environment.proxy import HangingReceiver
from tests.environment.receiver import SCIM_PATH
from tests.environment.waiting import until

TOKEN = "a-token-that-nobody-may-read"
#: The column, as text and not as a large object.
VALUE = "CAST(T.VALUE AS VARCHAR(4000))"
MASK = "**********"
SWITCHED_OFF = {"spi-sbe-scim-endpoint--sbe-scim--enabled": "false"}


def _everything_shown(admin: Admin, realm: str) -> tuple[str, int]:
    """All that the Admin API and the components' tables show of a realm, and the status of its export."""
    components = admin.request("GET", f"/{realm}/components", params={"type": ENDPOINT_TYPE}).text
    export = admin.http.post(f"/{realm}/partial-export", params={"exportClients": False, "exportGroupsAndRoles": False})
    rows = admin.sql(realm, f"SELECT T.NAME, {VALUE} FROM COMPONENT_CONFIG T")
    assert [row for row in rows if row[0] == "bearerToken"], "there is nothing to look at"
    return f"{components}{export.text}{rows}", export.status_code


def _kept(admin: Admin, realm: str, endpoint: str) -> int:
    ((count,),) = admin.sql(realm, f"SELECT COUNT(*) FROM SBE_SCIM_SECRET WHERE ENDPOINT_ID = '{endpoint}'")
    return int(count)


def _reason(chain: Chain) -> str:
    paused = until(
        lambda: chain.admin.scim_status(chain.realm)[0], lambda seen: seen["state"] == "paused", what="a reason"
    )
    return str(paused["reason"])


@pytest.fixture
def nobody() -> Iterator[HangingReceiver]:
    """An address that counts who comes."""
    listener = HangingReceiver()
    yield listener
    listener.close()


@pytest.fixture
def away(tmp_path: Path) -> Callable[..., LocalKeycloak]:
    """Makes servers that one after another run on the same data, each with other providers."""

    def server(jar: Path | None, build: dict[str, str] | None = None) -> LocalKeycloak:
        made = LocalKeycloak(jar, tmp_path, build=build, more_jars=(FAULTS_JAR,), builds=BUILDS)
        made.start()
        return made

    return server


def test_nothing_shows_a_token_whatever_became_of_the_connector(
    away: Callable[..., LocalKeycloak], nobody: HangingReceiver
) -> None:
    keycloak = away(CONNECTOR_JAR)
    try:
        admin = Admin(keycloak)
        admin.create_realm("r")
        given = {"auth": "bearer", "bearerToken": TOKEN, "enabled": "false"}
        admin.enable_scim("r", f"http://127.0.0.1:{nobody.port}{SCIM_PATH}", config=given)
        shown, exported = _everything_shown(admin, "r")
        assert TOKEN not in shown
        assert exported == 200
    finally:
        keycloak.stop()

    keycloak = away(CONNECTOR_JAR, SWITCHED_OFF)
    try:
        admin = Admin(keycloak)
        shown, exported = _everything_shown(admin, "r")
        assert TOKEN not in shown
        assert (MASK in shown, exported) == (True, 200)
        off = admin.http.get("/r/sbe-scim/status")
        assert (off.status_code, "switched off" in off.json()["errorMessage"]) == (404, True)
        # One that is given now is kept out of the component too.
        other = admin.enable_scim(
            "r", "https://other.example.org/s", name="other", config=given | {"bearerToken": TOKEN + "2"}
        )
        assert TOKEN not in _everything_shown(admin, "r")[0]
        assert _kept(admin, "r", other) == 1
        admin.delete_component("r", other)
        assert _kept(admin, "r", other) == 0
    finally:
        keycloak.stop()

    keycloak = away(None)
    try:
        admin = Admin(keycloak)
        assert TOKEN not in _everything_shown(admin, "r")[0]
    finally:
        keycloak.stop()
    assert TOKEN not in keycloak.log_text()


@databases
def test_another_address_does_not_get_the_token(chain: Chain, nobody: HangingReceiver) -> None:
    token = chain.receiver.command("token", "create", chain.realm)
    endpoint = chain.enable(auth="bearer", bearerToken=token)
    chain.admin.create_user(chain.realm, username="avant")
    chain.see_user("avant")
    url = f"http://{chain.keycloak.receiver_host}:{nobody.port}{SCIM_PATH}"

    # As the console does it: what masks the token is sent back.
    chain.admin.configure(chain.realm, endpoint, {"url": url})

    assert "bearerToken" in _reason(chain)
    assert nobody.taken() == 0

    chain.admin.configure(chain.realm, endpoint, {"url": chain.receiver.url_for(chain.keycloak)})
    chain.admin.create_user(chain.realm, username="apres")
    chain.see_user("apres")

    chain.admin.configure(chain.realm, endpoint, {"url": url, "bearerToken": token})
    until(nobody.taken, what="the address with the token that was given with it")
    chain.admin.configure(chain.realm, endpoint, {"url": chain.receiver.url_for(chain.keycloak)})
    assert "bearerToken" in _reason(chain), "and the former address does not get the new one"


def test_a_reference_is_worth_nothing_elsewhere(chain: Chain, new_realm: Callable[[], str]) -> None:
    token = chain.receiver.command("token", "create", chain.realm)
    endpoint = chain.enable(auth="bearer", bearerToken=token, enabled="false")
    ((reference,),) = chain.admin.sql(
        chain.realm,
        f"SELECT {VALUE} FROM COMPONENT_CONFIG T WHERE T.COMPONENT_ID = '{endpoint}' AND T.NAME = 'bearerToken'",
    )
    other = new_realm()
    url = chain.receiver.url_for(chain.keycloak)
    for realm in (chain.realm, other):
        chain.admin.create_user(realm, username="attend")
    for realm, name, copied in ((chain.realm, "copy", reference), (other, "copy", reference), (other, "masked", MASK)):
        chain.admin.enable_scim(realm, url, name=name, config={"auth": "bearer", "bearerToken": copied})
        status = until(
            lambda realm=realm, name=name: next(  # type: ignore[misc]
                seen for seen in chain.admin.scim_status(realm) if seen["name"] == name
            ),
            lambda seen: seen["state"] == "paused",
            what=f"{name} paused",
        )
        assert "give bearerToken again" in status["reason"]
    answer = chain.admin.scim_check(chain.realm, url=url, auth="bearer", bearerToken=reference)
    assert (answer["ok"], answer["stage"]) == (False, "token")


def test_a_token_that_is_given_anew_is_used_at_once(chain: Chain) -> None:
    endpoint = chain.enable(auth="bearer", bearerToken=TOKEN)
    chain.admin.create_user(chain.realm, username="patiente")
    _reason(chain)

    good = chain.receiver.command("token", "create", chain.realm)
    chain.admin.configure(chain.realm, endpoint, {"bearerToken": good})

    chain.see_user("patiente")


def test_a_token_goes_with_its_component_its_realm_and_its_use(chain: Chain, new_realm: Callable[[], str]) -> None:
    admin, given = chain.admin, {"auth": "bearer", "bearerToken": TOKEN, "enabled": "false"}
    endpoint = admin.enable_scim(chain.realm, "https://a.example.org/s", config=given)
    assert _kept(admin, chain.realm, endpoint) == 1
    admin.configure(chain.realm, endpoint, {"auth": "jwt"})
    assert _kept(admin, chain.realm, endpoint) == 0
    assert TOKEN not in str(admin.sql(chain.realm, f"SELECT {VALUE} FROM COMPONENT_CONFIG T"))
    admin.configure(chain.realm, endpoint, given)
    assert _kept(admin, chain.realm, endpoint) == 1
    admin.delete_component(chain.realm, endpoint)
    assert _kept(admin, chain.realm, endpoint) == 0

    other = new_realm()
    endpoint = admin.enable_scim(other, "https://a.example.org/s", config=given)
    assert _kept(admin, other, endpoint) == 1
    admin.delete_realm(other)
    assert _kept(admin, chain.realm, endpoint) == 0


def test_a_token_in_a_realm_that_is_imported_is_kept_out_of_its_component(
    chain: Chain, new_realm: Callable[[], str]
) -> None:
    name = new_realm()
    chain.admin.delete_realm(name)
    config = {"url": ["https://a.example.org/s"], "auth": ["bearer"], "bearerToken": [TOKEN], "enabled": ["false"]}
    endpoint = {"name": "sbe-scim", "providerId": "sbe-scim", "config": config}
    chain.admin.create_realm(name, components={ENDPOINT_TYPE: [endpoint]})
    (made,) = chain.admin.request("GET", f"/{name}/components", params={"type": ENDPOINT_TYPE}).json()
    assert TOKEN not in _everything_shown(chain.admin, name)[0]
    assert _kept(chain.admin, name, made["id"]) == 1
