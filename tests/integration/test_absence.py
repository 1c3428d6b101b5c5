"""What changes in Keycloak while the connector is not there arrives once it is back, and nobody has to act."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import make_chain
from tests.environment import CONNECTOR_JAR, FAULTS_JAR
from tests.environment.admin import Admin, AdminError
from tests.environment.backend import BUILDS
from tests.environment.chain import Chain
from tests.environment.documents import example, here, section
from tests.environment.keycloak import LocalKeycloak
from tests.environment.receiver import ReceiverProcess
from tests.environment.waiting import until

SWITCHED_OFF = {"spi-sbe-scim-endpoint--sbe-scim--enabled": "false"}
#: A receiver that was away is asked again every five seconds.
OUTAGE_DEADLINE = 90.0
#: What is imported at start teaches the server no host.
ALLOWED = {"spi-sbe-scim-endpoint--sbe-scim--allowed-hosts": "127.0.0.1"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKeycloak]:
    """A server of its own, whose providers and build options may change."""
    home = tmp_path_factory.mktemp("keycloak")
    keycloak = LocalKeycloak(CONNECTOR_JAR, home, options=ALLOWED, more_jars=(FAULTS_JAR,), builds=BUILDS)
    keycloak.start()
    yield keycloak
    keycloak.stop()


@pytest.fixture
def chain(server: LocalKeycloak, receiver: ReceiverProcess) -> Chain:
    """A new realm of that server, and a receiver that knows it."""
    realm = f"r-{uuid.uuid4().hex[:10]}"
    made = make_chain(server, receiver, realm)
    made.admin.create_realm(realm)
    return made


def _restart(server: LocalKeycloak, jar: Path | None, build: dict[str, str] | None = None) -> None:
    server.stop()
    server.provide(jar, build)
    server.start()


@pytest.mark.parametrize(
    ("jar", "build"),
    [pytest.param(None, None, id="taken out"), pytest.param(CONNECTOR_JAR, SWITCHED_OFF, id="switched off")],
)
def test_what_changed_while_the_connector_was_away_arrives_by_itself(
    server: LocalKeycloak, chain: Chain, jar: Path | None, build: dict[str, str] | None, tmp_path: Path
) -> None:
    admin, realm = chain.admin, chain.realm
    chain.enable()
    names = ("reste", "desactivee", "supprimee", "sortante", "renommee", "remplacee", "bloquee")
    ids = {name: admin.create_user(realm, username=name, enabled=name != "bloquee") for name in names}
    team, gone = admin.create_group(realm, "Équipe"), admin.create_group(realm, "Dissous")
    admin.create_subgroup(realm, gone, "Dessous")
    replaced = admin.create_group(realm, "Refondu")
    for name in ("reste", "sortante", "supprimee"):
        admin.join(realm, ids[name], team)
    for group in (gone, replaced):
        admin.join(realm, ids["reste"], group)
    chain.see_groups(
        {
            "Équipe": {"reste", "sortante", "supprimee"},
            "Dissous": {"reste"},
            "Dissous/Dessous": set(),
            "Refondu": {"reste"},
        }
    )
    until(lambda: set(chain.users()), lambda users: users == set(names), what="everybody")
    chain.settle()
    unchanged = chain.users()["reste"]["id"]
    before = chain.changes("reste")
    closed = f"{realm}-closed"
    admin.create_realm(closed)
    admin.create_user(closed, username="ailleurs")
    endpoint = admin.enable_scim(closed, chain.receiver.url_for(server))
    until(lambda: _rows(admin, realm, endpoint), what="what is known of another realm")

    _restart(server, jar, build)
    with pytest.raises(AdminError) as refused:
        admin.scim_status(realm)
    assert refused.value.status == 404, "the connector is still there"
    if jar is None:
        unknown = json.loads(example(section("declarative.md", "Realm import"), "json"))
        assert admin.http.post("", json=unknown).status_code == 500
    admin.delete_realm(closed)
    assert _rows(admin, realm, endpoint) > 0
    admin.update_user(realm, ids["desactivee"], enabled=False)
    admin.update_user(realm, ids["bloquee"], enabled=True)
    admin.update_user(realm, ids["renommee"], lastName="Nouvelle")
    admin.delete_user(realm, ids["supprimee"])
    admin.delete_user(realm, ids["remplacee"])
    admin.create_user(realm, username="remplacee", lastName="Autre")
    admin.join(realm, admin.create_user(realm, username="arrivante"), team)
    admin.leave(realm, ids["sortante"], team)
    admin.delete_group(realm, gone)
    admin.delete_group(realm, replaced)
    admin.join(realm, ids["sortante"], admin.create_group(realm, "Refondu"))

    # Without a receiver what has to be done stays to be seen.
    imported = make_chain(server, chain.receiver, f"{realm}-imported")
    server.import_at_start(_file(imported, tmp_path))
    chain.receiver.stop()
    _restart(server, CONNECTOR_JAR)
    assert admin.scim_status(realm)[0]["pending"] > 0
    chain.receiver.start()

    # So many who are gone unasked are an accident until somebody says otherwise; all else arrives.
    until(lambda: set(chain.users()) >= {"arrivante", "reste"}, what="who came meanwhile", deadline=OUTAGE_DEADLINE)
    until(lambda: admin.scim_status(realm)[0]["held"], what="who left held")
    assert chain.users()["desactivee"]["active"]
    admin.release(realm)
    expected = {"reste", "desactivee", "sortante", "renommee", "remplacee", "bloquee", "arrivante"}
    found = until(
        chain.users,
        lambda users: (
            set(users) == expected
            and {name for name, user in users.items() if not user["active"]} == {"desactivee"}
            and all(
                users[name].get("name", {}).get("familyName") == value
                for name, value in (("renommee", "Nouvelle"), ("remplacee", "Autre"))
            )
        ),
        what="who changed meanwhile",
        deadline=OUTAGE_DEADLINE,
    )
    until(lambda: admin.scim_status(realm)[0]["held"], lambda held: held == 0, what="nothing held any more")
    chain.see_groups({"Équipe": {"reste", "arrivante"}, "Refondu": {"sortante"}})
    chain.settle()
    status = admin.scim_status(realm)[0]
    assert (status["parked"], status["foreign"], status["notice"]) == (0, 0, None)
    assert found["reste"]["id"] == unchanged
    assert chain.changes("reste") == before, "who did not change was sent again"
    until(lambda: _rows(admin, realm, endpoint) == 0, what="nothing left of a realm that is gone")

    imported.see_user("importée")
    (person,) = admin.users(imported.realm)
    admin.update_user(imported.realm, person["id"], lastName="Changée")
    imported.see_user("importée", lambda user: user.get("name", {}).get("familyName") == "Changée")


def _file(imported: Chain, folder: Path) -> Path:
    """The document's example of a realm, with a person."""
    server, receiver = imported.keycloak, imported.receiver
    names = {"realm": imported.realm, "server": server.url, "receiver": receiver.url_for(server)}
    written = json.loads(here(example(section("declarative.md", "Realm import"), "json"), **names))
    path = folder / f"{imported.realm}-realm.json"
    path.write_text(json.dumps({**written, "users": [{"username": "importée", "enabled": True}]}))
    return path


def _rows(admin: Admin, realm: str, endpoint: str) -> int:
    """How many rows the connector has of an endpoint; ``realm`` is any that is there."""
    tables = ("ENDPOINT", "MARK", "LINK", "HOST")
    counts = (f"SELECT COUNT(*) FROM SBE_SCIM_{table} WHERE ENDPOINT_ID = '{endpoint}'" for table in tables)
    return sum(int(admin.sql(realm, count)[0][0]) for count in counts)
