"""``enable`` with a scope: checked by Keycloak, kept, replaced, taken away."""

from __future__ import annotations

import pytest

from sbe_scim.keycloak import Enablement, KeycloakError, enable
from sbe_scim.keycloak.scope import Scope
from tests.unit.keycloak.fake import FakeKeycloak, admin

RECEIVER = "https://sbe.example.org/scim/v2"
SCOPE = Scope(groups=("/Agents/DSI", "Elus"), roles=("app/user",), attributes=("site=Lyon",))


def _config(server: FakeKeycloak) -> dict[str, list[str]]:
    (component,) = server.components.values()
    config: dict[str, list[str]] = component["config"]
    return config


def _enabled(server: FakeKeycloak, **options: object) -> dict[str, list[str]]:
    enable(admin(server), Enablement("agents", RECEIVER, **options))  # type: ignore[arg-type]
    return _config(server)


def test_a_scope_is_checked_by_keycloak_and_saved() -> None:
    server = FakeKeycloak()
    config = _enabled(server, scope=SCOPE, group_roots=("/Agents",), out_of_scope="delete", paused=True)
    scope = {
        "scopeGroups": ["/Agents/DSI", "Elus"],
        "scopeRoles": ["app/user"],
        "scopeAttributes": ["site=Lyon"],
        "groupRoots": ["/Agents"],
        "outOfScope": "delete",
    }
    assert scope.items() <= server.checked[0].items()
    assert config["scopeGroups"] == ["/Agents/DSI", "Elus"]
    assert config["outOfScope"] == ["delete"]
    assert config["paused"] == ["true"]


def test_a_scope_that_the_realm_does_not_have_changes_nothing_and_is_told_by_name() -> None:
    missing = {"ok": False, "stage": "scope", "reason": "no_such_scope", "detail": "this realm has no group Elus"}
    server = FakeKeycloak(checks=[missing])
    with pytest.raises(KeycloakError, match="no group Elus"):
        _enabled(server, scope=SCOPE)
    assert server.writes == []


def test_enabling_again_keeps_the_scope_and_checks_it() -> None:
    server = FakeKeycloak()
    _enabled(server, scope=SCOPE, paused=True)
    config = _enabled(server)
    assert config["scopeGroups"] == ["/Agents/DSI", "Elus"]
    assert config["paused"] == ["false"]
    assert server.checked[1]["scopeGroups"] == ["/Agents/DSI", "Elus"]


def test_a_new_scope_replaces_the_whole_of_the_one_before() -> None:
    server = FakeKeycloak()
    _enabled(server, scope=SCOPE, group_roots=("/Agents",))
    config = _enabled(server, scope=Scope(roles=("agent",)))
    assert {key: config[key] for key in ("scopeGroups", "scopeRoles", "scopeAttributes", "groupRoots")} == {
        "scopeGroups": [],
        "scopeRoles": ["agent"],
        "scopeAttributes": [],
        "groupRoots": ["/Agents"],
    }


def test_the_scope_of_a_component_that_keycloak_saved_in_another_order_is_there() -> None:
    server = FakeKeycloak(lost="POST")
    _enabled(server, scope=Scope(groups=("B", "A")))
    assert _config(server)["scopeGroups"] == ["B", "A"]
