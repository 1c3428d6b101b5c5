"""What a caller without the right token is told (RFC 6750, RFC 9728)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from sbe_scim.app import create_app, open_ports
from sbe_scim.store import open_database, sources, tokens
from tests.unit.auth.issuer import Issuer, issuer
from tests.unit.http.client import LogLines, Receiver, receiver
from tests.unit.rig import user_body

METADATA = 'resource_metadata="https://scim.example.org/.well-known/oauth-protected-resource/scim/v2"'


@pytest.fixture
def realm(scim: Receiver) -> Iterator[Issuer]:
    """An issuer that the receiver knows as source ``realm``."""
    with issuer() as running:
        engine = open_database(scim.settings.database)
        with engine.begin() as connection:
            sources.add(connection, "realm", issuer=running.name, jwks_url=running.jwks_url)
        engine.dispose()
        yield running


def challenge(scim: Receiver, token: str | None, method: str = "GET") -> tuple[int, str, str]:
    header = None if token is None else f"Bearer {token}"
    body = user_body("ann") if method == "POST" else None
    response = scim.request(method, "/Users", body, headers={"authorization": header})
    return response.status_code, response.headers.get("www-authenticate", ""), response.json().get("detail", "")


def test_a_caller_without_a_token_is_told_where_to_get_one(scim: Receiver) -> None:
    assert challenge(scim, None) == (401, f"Bearer {METADATA}", "no bearer token was sent")


def test_a_caller_with_a_wrong_token_is_told_the_rule(scim: Receiver, realm: Issuer) -> None:
    status, header, detail = challenge(scim, realm.token(aud="x"))
    assert status == 401
    assert detail == "audience of the token does not contain https://scim.example.org/scim/v2"
    assert header == f'Bearer error="invalid_token", error_description="{detail}", {METADATA}'


def test_a_caller_without_the_scope_is_told_which(scim: Receiver, realm: Issuer) -> None:
    token = realm.token(scope="scim.read")
    assert challenge(scim, token)[0] == 200
    status, header, detail = challenge(scim, token, "POST")
    assert (status, detail) == (403, "the token carries neither scope scim nor scim.write")
    assert header.startswith('Bearer error="insufficient_scope", scope="scim"')
    bulk = scim.post("/Bulk", {}, headers={"authorization": f"Bearer {token}"})
    assert (bulk.status_code, bulk.json()["reason"]) == (403, "insufficient_scope")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_client_that_is_not_listed_is_not_sent_for_a_scope(scim: Receiver, realm: Issuer, method: str) -> None:
    for scope in ("scim", "openid"):
        status, header, detail = challenge(scim, realm.client_token(scope=scope), method)
        assert (status, header) == (403, f"Bearer {METADATA}")
        assert "source realm" in detail
        assert "client web" in detail
    assert scim.get("/Users").json()["totalResults"] == 0


def test_the_token_of_an_older_connector_is_told_what_to_do(scim: Receiver, realm: Issuer) -> None:
    status, header, detail = challenge(scim, realm.token(typ=None))
    assert status == 401
    assert "install the JAR of this release" in detail
    assert header == f'Bearer error="invalid_token", error_description="{detail}", {METADATA}'


def test_a_token_in_the_address_or_the_body_is_none(scim: Receiver, realm: Issuer) -> None:
    token = realm.token()
    for path in (f"/Users?access_token={token}", f"/Users?token={token}", f"/Users?authorization=Bearer%20{token}"):
        assert scim.get(path, headers={"authorization": None}).status_code == 401
    form = {"authorization": None, "content-type": "application/x-www-form-urlencoded"}
    answer = scim.request("POST", "/Users", content=f"access_token={token}".encode(), headers=form)
    assert answer.status_code == 401
    for header in (f"Bearer {token}, Bearer {token}", f"Token {token}", token, f"Basic {token}", f"Bearer: {token}"):
        assert scim.get("/Users", headers={"authorization": header}).status_code == 401
    assert scim.get("/Users", headers={"authorization": f"bearer  {token} "}).status_code == 200


@pytest.mark.parametrize("claim", ["exp", "nbf", "iat"])
def test_a_time_that_no_number_holds_is_the_tokens_fault(scim: Receiver, realm: Issuer, claim: str) -> None:
    for number in ("9" * 401, "1e400", "-1"):
        status, _, detail = challenge(scim, realm.written(f'"{claim}": {number}'))
        assert (status, detail) == (401, f"the token's {claim} is not a time")


def test_a_jwt_provisions_its_own_source(scim: Receiver, realm: Issuer) -> None:
    headers = {"authorization": f"Bearer {realm.token()}"}
    user = scim.post("/Users", user_body("ann"), headers=headers).json()
    assert scim.get(f"/Users/{user['id']}", headers=headers).status_code == 200
    assert scim.get(f"/Users/{user['id']}").status_code == 404


def test_what_a_program_decides_by_has_a_code(scim: Receiver, realm: Issuer) -> None:
    def reason(token: str) -> str | None:
        found: str | None = scim.get("/Users", headers={"authorization": f"Bearer {token}"}).json().get("reason")
        return found

    assert reason(realm.token(iss="https://other.example.org")) == "unknown_issuer"
    assert reason(realm.token(typ=None)) == "older_connector"
    assert reason(realm.client_token("web")) == "unlisted_client"
    assert reason(realm.token(scope="scim.write")) == "insufficient_scope"
    engine = open_database(scim.settings.database)
    with engine.begin() as connection:
        token = tokens.create(connection, sources.add(connection, "closed").id)
        sources.disable(connection, "closed")
    engine.dispose()
    assert reason(token) == "source_disabled"


def test_a_realm_that_gives_the_scope_to_people_is_told_at_the_next_start(tmp_path: Path) -> None:
    with issuer() as running, receiver(tmp_path) as scim:
        engine = open_database(scim.settings.database)
        with engine.begin() as connection:
            sources.add(connection, "realm", issuer=running.name, jwks_url=running.jwks_url)
        engine.dispose()
        assert challenge(scim, running.client_token(sid="s1"))[0] == 403
    lines = LogLines()
    logging.getLogger("sbe_scim").addHandler(lines)
    try:
        create_app(scim.settings, ports := open_ports(scim.settings))
        ports.transactions.close()
    finally:
        logging.getLogger("sbe_scim").removeHandler(lines)
    (told,) = (line for line in lines.records if line.levelno == logging.WARNING)
    assert told.getMessage().startswith("source realm is open: somebody who signed in")
    assert (told.__dict__["source"], told.__dict__["opening"]) == ("realm", "scope_for_everybody")


@pytest.mark.parametrize("path", ["/Users", "/ServiceProviderConfig"])
def test_an_issuer_that_cannot_be_asked_is_worth_another_try(scim: Receiver, realm: Issuer, path: str) -> None:
    realm.broken = True
    response = scim.get(path, headers={"authorization": f"Bearer {realm.token()}"})
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0


def test_an_id_tells_a_stranger_nothing(scim: Receiver) -> None:
    user = scim.created("/Users", user_body("ann"))
    for id in (user["id"], "x"):
        assert scim.get(f"/Users/{id}", headers={"authorization": None}).status_code == 401


@pytest.mark.parametrize("name", ["préfecture “Île”", 'a"b\\c', "名前"])
def test_a_challenge_stays_a_header_whatever_the_source_is_called(scim: Receiver, name: str) -> None:
    engine = open_database(scim.settings.database)
    with engine.begin() as connection:
        token = tokens.create(connection, sources.add(connection, name).id)
        sources.disable(connection, name)
    engine.dispose()
    status, header, detail = challenge(scim, token)
    assert (status, detail) == (401, f"source {name} is disabled")
    described = header.partition('error_description="')[2].partition('", resource_metadata')[0]
    assert described.isascii()
    assert not set('"\\') & set(described)


def test_an_issuer_that_no_database_keeps_is_no_trouble(scim: Receiver, realm: Issuer) -> None:
    for name in ("\ud800", "a\0b"):
        assert challenge(scim, realm.token(iss=name))[0] == 401
