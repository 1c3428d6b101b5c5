"""The client of Keycloak's Admin API: what it says when it does not get what it asked for."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from sbe_scim.keycloak import KeycloakAdmin, KeycloakError
from tests.unit.keycloak.fake import FakeKeycloak, admin

HTML = httpx.Response(200, html="<html>")
EMPTY = httpx.Response(204)


def refused(odd: dict[str, httpx.Response], ask: Callable[[KeycloakAdmin], object]) -> str:
    with pytest.raises(KeycloakError) as error:
        ask(admin(FakeKeycloak(odd=odd)))
    return str(error.value)


def test_a_wrong_password_is_told_from_a_wrong_server() -> None:
    with pytest.raises(KeycloakError, match="SBE_SCIM_KEYCLOAK_PASSWORD"):
        admin(FakeKeycloak(), "wrong").login()
    with (
        KeycloakAdmin("http://127.0.0.1:1", "admin", "right") as unreachable,
        pytest.raises(KeycloakError, match="could not be reached"),
    ):
        unreachable.login()


def test_an_expired_token_is_asked_for_again() -> None:
    server = FakeKeycloak()
    client = admin(server)
    assert client.realm_exists("agents")
    server.accepted_token = "another"
    assert client.realm_exists("agents")
    assert server.logins == 2


def test_the_password_never_stands_in_an_error() -> None:
    with pytest.raises(KeycloakError) as refused:
        admin(FakeKeycloak(), "s3cr3t-wrong").login()
    assert "s3cr3t" not in str(refused.value)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (httpx.Response(404, json={"error": "Realm does not exist"}), "Realm does not exist.*--admin-realm.*--server"),
        (httpx.Response(404, html="<html>"), "--admin-realm.*--server"),
        (httpx.Response(502, html="<html>"), "HTTP 502.*--server"),
        (HTML, "text/html.*--server"),
        (httpx.Response(200, json=[]), "array.*--server"),
        (httpx.Response(200, json={}), "without one.*--server"),
        (
            httpx.Response(400, json={"error": "invalid_grant", "error_description": "Account is not fully set up"}),
            "not fully set up.*browser",
        ),
        (
            httpx.Response(401, json={"error": "invalid_grant", "error_description": "Invalid user credentials"}),
            "Invalid user credentials.*SBE_SCIM_KEYCLOAK_PASSWORD",
        ),
    ],
)
def test_a_login_that_fails_says_why(answer: httpx.Response, hint: str) -> None:
    assert re.search(hint, refused({"/token": answer}, KeycloakAdmin.login))


@pytest.mark.parametrize(
    ("path", "ask"),
    [
        ("/realms/agents", lambda client: client.realm_exists("agents")),
        ("/status", lambda client: client.status("agents")),
        ("/check", lambda client: client.check("agents", {})),
        ("/components", lambda client: client.endpoints("agents")),
        ("openid-configuration", lambda client: client.discovery("agents")),
    ],
)
@pytest.mark.parametrize("answer", [HTML, EMPTY, httpx.Response(200, json=1), httpx.Response(200, json=None)])
def test_another_server_than_keycloak_is_told(
    path: str, ask: Callable[[KeycloakAdmin], object], answer: httpx.Response
) -> None:
    assert "check --server" in refused({path: answer}, ask)


@pytest.mark.parametrize(
    "found", [{}, {"endpoints": {}}, {"endpoints": [1]}, {"endpoints": [{"name": "x"}]}, {"endpoints": [{"name": 1}]}]
)
def test_a_status_of_another_shape_is_told(found: object) -> None:
    answer = httpx.Response(200, json=found)
    assert "the connector's status" in refused({"/status": answer}, lambda client: client.status("agents"))


@pytest.mark.parametrize(
    "found", [{}, [1], [{"name": "x"}], [{"id": "x", "config": ["a"]}], [{"id": "x", "config": {"a": 1}}]]
)
def test_components_of_another_shape_are_told(found: object) -> None:
    answer = httpx.Response(200, json=found)
    assert "list of components" in refused({"/components": answer}, lambda client: client.endpoints("agents"))


def test_who_may_not_is_told_the_role_that_is_enough() -> None:
    forbidden = httpx.Response(403, json={"error": "HTTP 403 Forbidden"})
    assert "view-realm" in refused({"/status": forbidden}, lambda client: client.status("agents"))
    for path, asked in (
        ("/check", lambda client: client.check("agents", {})),
        ("/runs/r1", lambda client: client.run("agents", "r1")),
        ("/held", lambda client: client.held("agents", "sbe-scim")),
        ("/refused", lambda client: client.refused("agents", "sbe-scim")),
        ("/people/explain", lambda client: client.explain("agents", "sbe-scim", "zoe")),
    ):
        said = refused({path: forbidden}, asked)
        assert "role manage-realm" in said
        assert "view-realm" not in said


def test_a_name_stays_one_segment_of_the_path() -> None:
    server = FakeKeycloak()
    client = admin(server)
    assert not client.realm_exists("a/b?c")
    client.endpoints("agents")
    assert "/admin/realms/a%2Fb%3Fc" in server.paths
