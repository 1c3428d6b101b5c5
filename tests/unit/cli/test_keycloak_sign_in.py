"""``sbe-scim keycloak enable --sign-in``: the client, its secret, and where it is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from sbe_scim.directory.sbe import clients, tables
from sbe_scim.directory.sbe.sealed import Seal
from tests.unit.cli.running import Outcome, Run
from tests.unit.keycloak.fake import FakeKeycloak

SERVER = ("--server", "https://sso.example.org", "--realm", "agents")
RECEIVER = ("--receiver", "https://intranet.example.org/scim/v2")
SIGN_IN = ("--sign-in", "https://intranet.example.org/")


@pytest.fixture
def beside(run: Run, server: FakeKeycloak, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs commands where Abilian SBE is."""
    monkeypatch.setenv("SBE_SCIM_DIRECTORY", "sbe")
    monkeypatch.setenv("FLASK_SQLALCHEMY_DATABASE_URI", f"sqlite:///{folder}/receiver.db")
    monkeypatch.setenv("FLASK_SECRET_KEY", "key of Abilian SBE")
    monkeypatch.delenv("SBE_SCIM_DIRECTORY")
    assert run("source", "add", "other", "--issuer", "https://sso.example.org/realms/other").code == 0
    monkeypatch.setenv("SBE_SCIM_DIRECTORY", "sbe")
    return run


def enabled(run: Run, *options: str) -> Outcome:
    return run("keycloak", "enable", *SERVER, *RECEIVER, *SIGN_IN, *options)


def kept(folder: Path) -> list[clients.Client]:
    with create_engine(f"sqlite:///{folder}/receiver.db").connect() as connection:
        tables.create(connection)
        return clients.find_all(connection)


def test_the_client_is_made_and_its_secret_kept_where_only_abilian_sbe_reads_it(
    beside: Run, server: FakeKeycloak, folder: Path
) -> None:
    done = enabled(beside)
    assert done.code == 0, done.err
    (made,) = server.clients.by_id.values()
    assert made["clientId"] == "abilian-sbe"
    assert made["redirectUris"] == ["https://intranet.example.org/sign-in/callback"]
    assert made["attributes"]["backchannel.logout.url"] == "https://intranet.example.org/sign-in/back-channel"
    assert made["attributes"]["pkce.code.challenge.method"] == "S256"
    assert (made["publicClient"], made["fullScopeAllowed"], made["directAccessGrantsEnabled"]) == (False, False, False)
    (client,) = kept(folder)
    assert (client.source, client.client_id, client.url) == ("agents", "abilian-sbe", "https://intranet.example.org")
    assert client.issuer == "https://sso.example.org/realms/agents"
    assert Seal("key of Abilian SBE").open(client.client_secret) == "secret-of-id-0"
    assert Seal("another key").open(client.client_secret) is None
    assert "secret-of" not in done.out + done.err
    assert """FLASK_PLUGINS='["sbe_scim.sbe_plugin"]'""" in done.out


def test_enabling_again_keeps_what_else_was_configured(beside: Run, server: FakeKeycloak, folder: Path) -> None:
    enabled(beside)
    (made,) = server.clients.by_id.values()
    made["description"] = "by hand"
    made["redirectUris"] = ["*"]
    done = enabled(beside, "--json")
    assert json.loads(done.out)["sign_in_client"] == "abilian-sbe"
    (made,) = server.clients.by_id.values()
    assert made["description"] == "by hand"
    assert made["redirectUris"] == ["https://intranet.example.org/sign-in/callback"]
    assert len(kept(folder)) == 1


def test_a_client_that_is_anothers_is_left_alone(beside: Run, server: FakeKeycloak, folder: Path) -> None:
    server.clients.by_id["theirs"] = {"clientId": "abilian-sbe", "redirectUris": ["https://other.example.org/*"]}
    done = enabled(beside)
    assert done.code == 1
    assert "was not made for sign-in" in done.err
    assert server.clients.by_id["theirs"]["redirectUris"] == ["https://other.example.org/*"]
    assert kept(folder) == []
    assert enabled(beside, "--sign-in-client", "intranet").code == 0


@pytest.mark.parametrize(
    ("scopes", "mappers", "told"),
    [
        (["roles"], [], "default scope 'basic'"),
        (["basic"], [{"mapperName": "pw", "protocolMapper": "oidc-sha256-pairwise-sub-mapper"}], "Mapper 'pw'"),
    ],
)
def test_a_client_whose_tokens_do_not_name_the_user_is_refused(
    beside: Run, server: FakeKeycloak, folder: Path, scopes: list[str], mappers: list[dict[str, str]], told: str
) -> None:
    server.clients.scopes, server.clients.mappers = scopes, mappers
    done = enabled(beside)
    assert done.code == 1
    assert told in done.err
    assert kept(folder) == []


def test_it_is_refused_where_the_secret_could_not_be_kept(run: Run, server: FakeKeycloak) -> None:
    done = enabled(run)
    assert done.code == 2
    assert "run it where Abilian SBE is" in done.err
    assert server.paths == []


def test_a_removed_realm_takes_its_client_along(beside: Run, server: FakeKeycloak, folder: Path) -> None:
    enabled(beside)
    server.clients.by_id["theirs"] = {"clientId": "their-own"}
    done = beside("keycloak", "disable", *SERVER, "--remove")
    assert done.code == 0, done.err
    assert "removed 'abilian-sbe'" in done.out
    assert list(server.clients.by_id) == ["theirs"]
    assert kept(folder) == []


def test_who_may_not_see_clients_is_warned(remote: Run, server: FakeKeycloak) -> None:
    remote("keycloak", "enable", *SERVER, *RECEIVER)
    server.clients.forbidden = True
    done = remote("keycloak", "disable", *SERVER, "--remove")
    assert done.code == 0
    assert "manage-clients" in done.err
    assert server.components == {}


def test_keycloak_tries_where_it_is_to_end_sessions_and_what_it_found_is_told(
    beside: Run, server: FakeKeycloak
) -> None:
    server.checks = [{"ok": False, "stage": "back_channel", "reason": "no_back_channel", "detail": "no sign-in there"}]
    done = enabled(beside)
    assert done.code == 0, done.err
    assert server.checked[-1]["backChannel"] == "https://intranet.example.org/sign-in/back-channel"
    assert "Warning: sessions in Abilian SBE cannot be ended by the Keycloak server: no sign-in there" in done.err
    server.checks = [{"ok": True, "stage": "done", "detail": ""}]
    assert "Warning" not in enabled(beside).err
