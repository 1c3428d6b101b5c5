"""What Keycloak has, what was sent and what the receiver has are compared as a whole, and brought in line."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.environment.backend import Servers
from tests.environment.chain import Chain
from tests.environment.postgres import copy_database, drop_database
from tests.environment.waiting import until

#: The lists, the pages, and a minute after which nothing that was sent can still arrive.
RUN = 120.0
#: The receiver is asked once a minute how far it has come.
NOTICED = 180.0
#: What the connector says of a Keycloak that was set back; nothing else makes it say so.
_SET_BACK = "the receiver has changes that are not remembered here"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"


def _enabled(chain: Chain, *names: str) -> dict[str, str]:
    """A realm with these people and a group, all in line, and the run after the first full sync over."""
    ids = {name: chain.admin.create_user(chain.realm, username=name) for name in names}
    group = chain.admin.create_group(chain.realm, "Equipe")
    for identifier in ids.values():
        chain.admin.join(chain.realm, identifier, group)
    chain.enable()
    chain.see_groups({"Equipe": set(names)})
    _last_run(chain)
    return ids


def _last_run(chain: Chain) -> dict[str, Any]:
    """The last run, once it has ended."""

    def ended() -> dict[str, Any] | None:
        (endpoint,) = chain.admin.scim_status(chain.realm)
        run: dict[str, Any] | None = endpoint["lastRun"]
        return run if run and run["phase"] == "ended" and endpoint["pending"] == 0 else None

    run = until(ended, what="the end of the run", deadline=RUN)
    assert run is not None
    return run


def _reconciled(chain: Chain, *, dry_run: bool = False) -> dict[str, Any]:
    run = chain.admin.reconcile(chain.realm, dry_run=dry_run)
    found = until(
        lambda: chain.admin.run(chain.realm, run),
        lambda found: found["phase"] == "ended",
        what="the end of the run",
        deadline=RUN,
    )
    assert found["failure"] is None
    if not dry_run:
        chain.settle()
    return found


def _found(run: dict[str, Any]) -> dict[str, int]:
    return {action: number for action, number in run["counts"].items() if number}


def _id(chain: Chain, name: str) -> str:
    identifier: str = chain.users()[name]["id"]
    return identifier


@pytest.mark.parametrize("database", ["postgres"])
def test_what_somebody_did_at_the_receiver_is_put_right(chain: Chain) -> None:
    ids = _enabled(chain, "renommee", "desactive", "supprimee", "exclue")
    scim = chain.scim
    patch = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]}
    changed = {"op": "replace", "path": "name.familyName", "value": "Autre"}
    inactive = {"op": "replace", "path": "active", "value": False}
    scim.patch(f"/Users/{_id(chain, 'renommee')}", json=patch | {"Operations": [changed]}).raise_for_status()
    scim.patch(f"/Users/{_id(chain, 'desactive')}", json=patch | {"Operations": [inactive]}).raise_for_status()
    (group,) = scim.get("/Groups").json()["Resources"]
    left = {"op": "remove", "path": f'members[value eq "{_id(chain, "exclue")}"]'}
    scim.patch(f"/Groups/{group['id']}", json=patch | {"Operations": [left]}).raise_for_status()
    scim.delete(f"/Users/{_id(chain, 'supprimee')}").raise_for_status()
    stray = {"schemas": [USER], "userName": "egaree", "externalId": "nobody-in-keycloak"}
    scim.post("/Users", json=stray).raise_for_status()

    run = _reconciled(chain)

    assert _found(run) == {"create": 1, "update": 3, "delete": 1}
    until(lambda: set(chain.users()) == set(ids), what="everybody and nobody else")
    users = chain.users()
    assert {name: user["externalId"] for name, user in users.items()} == ids
    assert all(user["active"] for user in users.values())
    assert users["renommee"].get("name", {}).get("familyName") != "Autre"
    chain.see_groups({"Equipe": set(ids)})


def test_a_dry_run_tells_by_name_who_would_be_changed_and_changes_nothing(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = _enabled(chain, "reste")
    chain.scim.delete(f"/Users/{_id(chain, 'reste')}").raise_for_status()
    by_hand = {"schemas": [USER], "userName": "a-la-main"}
    chain.scim.post("/Users", json=by_hand).raise_for_status()

    monkeypatch.setenv("SBE_SCIM_KEYCLOAK_PASSWORD", chain.keycloak.admin_password)
    login = ("--server", chain.keycloak.url, "--realm", chain.realm)
    shown = chain.receiver.command("keycloak", "reconcile", "--dry-run", *login).splitlines()

    assert shown[:2] == ["1 to be created", f"  user reste ({ids['reste']})"]
    assert "1 of others at the receiver, left alone" in shown
    assert set(_names(chain)) == {"a-la-main"}


def _names(chain: Chain) -> list[str]:
    return [user["userName"] for user in chain.scim.get("/Users").json().get("Resources", [])]


def test_a_receiver_that_was_set_back_gets_everything_again(chain: Chain, tmp_path: Path) -> None:
    ids = _enabled(chain, "ancienne", "partie")
    chain.receiver.stop()
    backup = tmp_path / "backup"
    files = [path for path in tmp_path.iterdir() if path.name.startswith("receiver.db")]
    backup.mkdir()
    for path in files:
        shutil.copy(path, backup)
    chain.receiver.start()

    chain.admin.create_user(chain.realm, username="nouvelle")
    chain.see_user("nouvelle")
    chain.admin.update_user(chain.realm, ids["ancienne"], lastName="Mariee")
    chain.see_user("ancienne", lambda user: user.get("name", {}).get("familyName") == "Mariee")
    chain.admin.delete_user(chain.realm, ids["partie"])
    chain.see_no_user("partie")
    chain.settle()
    until(lambda: _remembered(chain) == _standing(chain), what="the highest change remembered")

    chain.receiver.stop()
    for path in tmp_path.glob("receiver.db*"):
        path.unlink()
    for path in backup.iterdir():
        shutil.copy(path, tmp_path)
    chain.receiver.start()

    until(lambda: "nouvelle" in chain.users(), what="who came since the backup", deadline=NOTICED)
    until(lambda: "partie" not in chain.users(), what="who left since the backup gone", deadline=NOTICED)
    assert chain.users()["ancienne"]["name"]["familyName"] == "Mariee"
    chain.see_groups({"Equipe": {"ancienne"}})
    assert _last_run(chain)["cause"] == "RECEIVER_RESTORED"


@pytest.mark.parametrize("database", ["postgres"])
def test_a_keycloak_that_was_set_back_is_followed(chain: Chain, servers: Servers) -> None:
    ids = _enabled(chain, "ancienne", "partie")
    chain.keycloak.stop()
    copy_database(servers.postgres(), "keycloak", "keycloak_backup")
    chain.keycloak.start()

    chain.admin.create_user(chain.realm, username="nouvelle")
    chain.see_user("nouvelle")
    chain.admin.update_user(chain.realm, ids["ancienne"], lastName="Mariee")
    chain.see_user("ancienne", lambda user: user.get("name", {}).get("familyName") == "Mariee")
    chain.admin.delete_user(chain.realm, ids["partie"])
    chain.see_no_user("partie")
    chain.settle()

    chain.keycloak.stop()
    copy_database(servers.postgres(), "keycloak_backup", "keycloak")
    drop_database(servers.postgres(), "keycloak_backup")
    chain.keycloak.start()

    until(lambda: _SET_BACK in chain.keycloak.log_text(), what="a line in the log", deadline=NOTICED)
    until(lambda: "partie" in chain.users(), what="who had left since the backup", deadline=NOTICED)
    chain.see_user("ancienne", lambda user: "familyName" not in user.get("name", {}))
    chain.see_groups({"Equipe": {"ancienne", "partie"}})
    # Who came since is nobody's now, and goes after a minute in which they could still turn out to be on their way.
    until(lambda: set(chain.users()), lambda left: left == {"ancienne", "partie"}, deadline=RUN)


def _standing(chain: Chain) -> int:
    urn = "urn:ietf:params:scim:schemas:extension:sbe-scim:2.0:ServiceProviderConfig"
    highest: int = chain.scim.get("/ServiceProviderConfig").json()[urn]["highestChange"]
    return highest


def _remembered(chain: Chain) -> int:
    ((highest,),) = chain.admin.sql(
        chain.realm,
        "SELECT E.HIGHEST_CHANGE FROM SBE_SCIM_ENDPOINT E JOIN REALM R ON R.ID = E.REALM_ID"
        f" WHERE R.NAME = '{chain.realm}'",
    )
    return int(highest)


def test_many_whom_keycloak_does_not_have_stay_and_the_status_says_so(chain: Chain) -> None:
    _enabled(chain, "reste")
    for number in range(4):
        stray = {"schemas": [USER], "userName": f"egare{number}", "externalId": f"nobody-{number}"}
        chain.scim.post("/Users", json=stray).raise_for_status()
    assert _reconciled(chain)["held"] == 4
    assert len(_names(chain)) == 5
    (endpoint,) = chain.admin.scim_status(chain.realm)
    assert (endpoint["lastRun"]["held"], endpoint["heldCauses"]) == (4, {"ORPHAN": 4})

    assert chain.admin.release(chain.realm) == 4
    until(lambda: _names(chain) == ["reste"], what="the strays gone")


@pytest.mark.parametrize("database", ["postgres"])
def test_a_run_goes_on_where_a_kill_has_left_it(chain: Chain) -> None:
    _enabled(chain, "reste")
    stray = {"schemas": [USER], "userName": "egaree", "externalId": "nobody-in-keycloak"}
    chain.scim.post("/Users", json=stray).raise_for_status()
    run = chain.admin.reconcile(chain.realm)
    until(lambda: chain.admin.run(chain.realm, run)["phase"] == "removals", what="the last step to come", deadline=RUN)
    chain.keycloak.kill()
    chain.keycloak.start()

    found = until(
        lambda: chain.admin.run(chain.realm, run),
        lambda found: found["phase"] == "ended",
        what="the end of the run",
        deadline=RUN,
    )
    assert _found(found) == {"delete": 1}
    until(lambda: _names(chain) == ["reste"], what="the stray gone")
