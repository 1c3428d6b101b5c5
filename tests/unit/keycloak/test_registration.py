"""Enabling a realm where the receiver's database is at hand: both sides change, or none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from sbe_scim.keycloak import Enablement, KeycloakError, enable
from sbe_scim.keycloak.credentials import Credentials
from sbe_scim.keycloak.enablement import Trust
from sbe_scim.keycloak.errors import UnsettledError
from sbe_scim.keycloak.registration import DatabaseReceiver
from sbe_scim.store import Source, sources
from tests.unit.keycloak.fake import ISSUER, JWKS, FakeKeycloak, admin
from tests.unit.rig import Rig

RECEIVER = "https://sbe.example.org/scim/v2"
MOVED = "https://id.example.org/realms/agents"
UNKNOWN = {"ok": False, "stage": "accept", "reason": "unknown_issuer", "detail": "the token is not taken"}
ACCEPTED = {"ok": True, "stage": "done", "detail": ""}
GONE = {"ok": False, "stage": "reach", "detail": "connection refused"}
WANTED = Enablement("agents", RECEIVER)


def registered(engine: Engine) -> dict[str, Trust]:
    with engine.begin() as connection:
        return {found.name: trust_of(found) for found in sources.find_all(connection)}


def trust_of(source: Source) -> Trust:
    return Trust(source.issuer or "", source.audience or "", source.jwks_url or "")


def add(engine: Engine, name: str, issuer: str | None = None) -> None:
    with engine.begin() as connection:
        sources.add(connection, name, issuer=issuer, audience=RECEIVER if issuer else None)


@pytest.fixture
def here(engine: Engine) -> DatabaseReceiver:
    """The receiver's side, without any source."""
    return DatabaseReceiver(engine, "agents")


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_lost_answer_to_a_change_that_was_made_is_a_success(
    engine: Engine, here: DatabaseReceiver, method: str
) -> None:
    server = FakeKeycloak()
    if method == "PUT":
        enable(admin(server), Enablement("agents", "https://old.example.org/scim/v2"), here)
    server.lost = method
    done = enable(admin(server), WANTED, here)
    assert done.created == (method == "POST")
    assert registered(engine) == {"agents": Trust(ISSUER, RECEIVER, JWKS)}
    assert [component["config"]["url"] for component in server.components.values()] == [[RECEIVER]]


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_lost_answer_to_a_change_that_was_not_made_leaves_all_as_it_was(
    engine: Engine, here: DatabaseReceiver, method: str
) -> None:
    server = FakeKeycloak()
    if method == "PUT":
        enable(admin(server), Enablement("agents", "https://old.example.org/scim/v2"), here)
    before = registered(engine)
    server.lost, server.undone = method, True
    with pytest.raises(KeycloakError, match=r"answer did not arrive.*'sbe-scim' was not saved") as refused:
        enable(admin(server), WANTED, here)
    assert "check --server" not in str(refused.value)
    assert registered(engine) == before


@pytest.mark.parametrize("local", [True, False])
def test_what_cannot_be_known_is_told(engine: Engine, here: DatabaseReceiver, local: bool) -> None:
    server = FakeKeycloak(lost="POST", down=True)
    with pytest.raises(KeycloakError, match=r"may or may not have been saved.*Run the command again") as unsettled:
        enable(admin(server), WANTED, here if local else None)
    assert ("Source 'agents' is kept" in str(unsettled.value)) == local
    assert list(registered(engine)) == (["agents"] if local else [])
    server.lost = None
    assert enable(admin(server), WANTED, here).trusted


@pytest.mark.parametrize("moment", ["save_endpoint", "endpoints"])
def test_an_interruption_while_the_component_is_saved_keeps_the_source(
    engine: Engine, here: DatabaseReceiver, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    server = FakeKeycloak(lost="POST")
    client = admin(server)
    unhurt = getattr(client, moment)

    def interrupted(*arguments: object) -> object:
        if moment == "endpoints" and not server.writes:
            return unhurt(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(client, moment, interrupted)
    with pytest.raises(KeycloakError, match=r"Interrupted.*Run the command again.*is kept"):
        enable(client, WANTED, here)
    assert list(registered(engine)) == ["agents"]


def fails(here: DatabaseReceiver, former_issuer: str, meanwhile: Callable[[], None]) -> str:
    """What is said when Keycloak refuses the component, after something else has happened."""

    def refuse() -> None:
        meanwhile()
        raise KeycloakError("Keycloak said no.")

    with pytest.raises(KeycloakError) as refused, here.trust(Trust(ISSUER, RECEIVER, JWKS), former_issuer):
        refuse()
    return str(refused.value)


def test_a_source_that_got_people_meanwhile_is_told_beside_the_first_error(engine: Engine, rig: Rig) -> None:
    def somebody_comes() -> None:
        with engine.begin() as connection:
            source = sources.require(connection, "-agents")
        rig.create_user("ann", source)

    said = fails(DatabaseReceiver(engine, "-agents"), "", somebody_comes)
    assert said.startswith("Keycloak said no. Besides, source '-agents' is left")
    assert "still owns people" in said
    assert said.endswith("sbe-scim source disable -- -agents")


def test_a_database_that_fails_at_the_undo_does_not_hide_the_first_error(
    engine: Engine, here: DatabaseReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_arguments: object, **_options: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("server closed the connection"))

    add(engine, "agents", MOVED)
    said = fails(here, MOVED, lambda: monkeypatch.setattr(sources, "change", gone))
    assert said.startswith("Keycloak said no. Besides, source 'agents' is left")
    assert "OperationalError" in said
    assert said.endswith(f"sbe-scim source set --issuer {MOVED} --audience {RECEIVER} --jwks-url '' agents")


def test_a_new_address_of_the_receiver_changes_the_source(engine: Engine, here: DatabaseReceiver) -> None:
    server = FakeKeycloak()
    enable(admin(server), WANTED, here)
    server.checks = [{"ok": False, "stage": "accept", "detail": "audience of the token"}, ACCEPTED]
    enable(admin(server), Enablement("agents", "https://new.example.org/scim/v2"), here)
    assert registered(engine) == {"agents": Trust(ISSUER, "https://new.example.org/scim/v2", JWKS)}


def test_a_new_host_name_of_keycloak_changes_the_source(engine: Engine, here: DatabaseReceiver) -> None:
    server = FakeKeycloak()
    enable(admin(server), WANTED, here)
    server.issuer, server.checks = MOVED, [UNKNOWN, ACCEPTED]
    assert not enable(admin(server), WANTED, here).created
    assert registered(engine)["agents"].issuer == MOVED
    (component,) = server.components.values()
    assert component["config"]["issuer"] == [MOVED]


def test_the_listed_clients_outlive_a_new_host_name(engine: Engine, here: DatabaseReceiver) -> None:
    server = FakeKeycloak()
    enable(admin(server), WANTED, here)
    with engine.begin() as connection:
        sources.change(connection, "agents", azp=("hr",))
    server.issuer, server.checks = MOVED, [UNKNOWN, ACCEPTED]
    enable(admin(server), WANTED, here)
    with engine.begin() as connection:
        found = sources.require(connection, "agents")
    assert (found.issuer, found.azp) == (MOVED, ("hr",))


def test_the_client_whose_tokens_are_sent_is_listed_until_it_is_undone(engine: Engine, here: DatabaseReceiver) -> None:
    def listed() -> tuple[str, ...]:
        with engine.begin() as connection:
            return sources.require(connection, "agents").azp

    server = FakeKeycloak()
    enable(admin(server), WANTED, here)
    with engine.begin() as connection:
        sources.change(connection, "agents", azp=("hr",))
    client = Enablement("agents", RECEIVER, credentials=Credentials("private-key", "scim"))
    unlisted = {"ok": False, "stage": "accept", "reason": "unlisted_client", "detail": "x"}
    server.checks = [unlisted, GONE]
    with pytest.raises(KeycloakError):
        enable(admin(server), client, here)
    assert listed() == ("hr",)
    server.checks = [unlisted, ACCEPTED]
    enable(admin(server), client, here)
    assert listed() == ("hr", "scim")
    enable(admin(server), client, here)
    assert listed() == ("hr", "scim")


def test_a_change_of_the_source_is_undone_when_the_receiver_is_not_content(
    engine: Engine, here: DatabaseReceiver
) -> None:
    server = FakeKeycloak()
    enable(admin(server), WANTED, here)
    server.issuer, server.checks = MOVED, [UNKNOWN, GONE]
    with pytest.raises(KeycloakError, match="connection refused"):
        enable(admin(server), WANTED, here)
    assert registered(engine) == {"agents": Trust(ISSUER, RECEIVER, JWKS)}
    assert server.writes == ["POST"]


def test_a_source_that_is_right_already_is_tried_once(engine: Engine, here: DatabaseReceiver) -> None:
    server = FakeKeycloak()
    enable(admin(server), WANTED, here)
    server.checked.clear()
    enable(admin(server), WANTED, here)
    assert len(server.checked) == 1


@pytest.mark.parametrize("issuer", [None, "https://elsewhere.example.org/realms/agents"])
def test_a_source_that_may_be_anothers_is_not_touched(
    engine: Engine, here: DatabaseReceiver, issuer: str | None
) -> None:
    add(engine, "agents", issuer)
    before = registered(engine)
    server = FakeKeycloak(checks=[UNKNOWN])
    with pytest.raises(KeycloakError, match=r"--source.*sbe-scim source set --issuer https://sso") as refused:
        enable(admin(server), WANTED, here)
    assert (issuer or "no issuer") in str(refused.value)
    assert registered(engine) == before
    assert server.writes == []


def test_an_issuer_that_is_taken_names_the_source_that_has_it(engine: Engine, here: DatabaseReceiver) -> None:
    add(engine, "the agents", ISSUER)
    with pytest.raises(KeycloakError, match=r"source 'the agents' has .*--source 'the agents'"):
        enable(admin(FakeKeycloak()), WANTED, here)
    assert list(registered(engine)) == ["the agents"]


def test_nothing_is_undone_that_is_not_known_to_have_failed(engine: Engine, here: DatabaseReceiver) -> None:
    with pytest.raises(KeycloakError, match="kept"), here.trust(Trust(ISSUER, RECEIVER, JWKS), ""):
        raise UnsettledError("Perhaps.")
    assert list(registered(engine)) == ["agents"]
