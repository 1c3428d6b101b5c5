"""Another release of the connector, newer or older, and none at all: what ``docs/lifecycle.md`` says."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.conftest import make_chain
from tests.environment.admin import Admin
from tests.environment.backend import LocalBackend, Servers
from tests.environment.chain import Chain
from tests.environment.documents import example, section
from tests.environment.keycloak import LocalKeycloak
from tests.environment.next_release import SENT, TABLE, next_release
from tests.environment.postgres import create_database, jdbc_url, url
from tests.environment.receiver import ReceiverProcess
from tests.environment.waiting import until

#: A node that has ended is missed after a minute.
UPGRADE = 90.0
_DATABASE = "lifecycle"
_NEWER = "A newer release of the connector runs on another node: it delivers, not this one"
#: A mark of a kind that only the next release knows.
_FOREIGN_MARK = (
    "INSERT INTO SBE_SCIM_MARK (ID, REALM_ID, ENDPOINT_ID, PRIORITY, KIND, RESOURCE_ID, CAUSE, CREATED_AT)"
    " SELECT 'of the next release', REALM_ID, ENDPOINT_ID, 0, 'NEXT', 'x', 'NEXT', 0 FROM SBE_SCIM_ENDPOINT"
)
_OURS = (
    "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND"
    " (tablename LIKE 'sbe%' OR tablename LIKE '%sbescim%')"
)


@pytest.fixture
def database() -> str:
    return "postgres"


@pytest.fixture(scope="module")
def keycloak_database(servers: Servers) -> str:
    """Keycloak's own database, on PostgreSQL, for a process of this machine."""
    create_database(servers.postgres(), _DATABASE)
    return url(servers.postgres(), _DATABASE)


@pytest.fixture(scope="module")
def nodes(
    servers: Servers, keycloak_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[LocalKeycloak, LocalKeycloak]]:
    """Two nodes, of which the second is on the next release; none has been started."""
    folder = tmp_path_factory.mktemp("nodes")
    database = jdbc_url(servers.postgres(), _DATABASE, host="127.0.0.1")
    first, second = LocalBackend("a release is compiled and unpacked here").nodes(database, logs=folder)
    second.provide(next_release(folder))
    yield first, second
    for node in (first, second):
        node.stop()


def test_the_newest_release_that_runs_decides_what_is_sent_on_the_way_up_and_down(
    nodes: tuple[LocalKeycloak, LocalKeycloak], receiver: ReceiverProcess, keycloak_database: str
) -> None:
    old, new = nodes
    old.start()
    before = make_chain(old, receiver, "ministere")
    before.admin.create_realm("ministere")
    ids = {name: before.admin.create_user("ministere", username=name) for name in ("anne", "boris", "chloe")}
    before.enable()
    until(lambda: set(before.users()) == set(ids), what="everybody")
    before.settle()
    assert not any(_sent(before, name) for name in ids)

    new.start()
    after = Chain(new, receiver, Admin(new), "ministere", before.scim)
    until(lambda: all(_sent(after, name) for name in ids), what="what the next release sends", deadline=UPGRADE)
    after.settle()
    assert _NEWER in old.log_text()

    # A change on either node is sent once, as the next release sends it.
    changes = {name: after.changes(name) for name in ids}
    before.admin.update_user("ministere", ids["anne"], lastName="Ancien")
    after.admin.update_user("ministere", ids["boris"], lastName="Nouveau")
    named = {"anne": "Ancien", "boris": "Nouveau"}
    until(lambda: {name: _last_name(after, name) for name in named} == named, what="both changes")
    assert all(_sent(after, name) for name in named)
    before.admin.delete_user("ministere", ids["chloe"])
    after.see_no_user("chloe")
    after.settle()
    assert {name: after.changes(name) - changes[name] for name in ("anne", "boris")} == {"anne": 1, "boris": 1}

    # The other goes on while the first is away; and an older release starts on the tables of a newer one.
    old.stop()
    after.admin.create_user("ministere", username="denis")
    after.see_user("denis")
    with psycopg.connect(keycloak_database, autocommit=True) as keycloaks:
        assert TABLE in _tables(keycloaks)
        keycloaks.execute(_FOREIGN_MARK)
    old.start()
    before.admin.create_user("ministere", username="emma")
    after.see_user("emma")
    assert _sent(after, "emma"), "the older one only marks"
    there = {name: user["id"] for name, user in after.users().items()}

    new.stop()
    before.admin.update_user("ministere", ids["anne"], lastName="Rentrée")
    before.admin.create_user("ministere", username="farid")
    before.see_user("farid")
    until(lambda: not any(_sent(before, name) for name in before.users()), what="everybody as the older one sends them")
    before.settle()
    assert _last_name(before, "anne") == "Rentrée"
    users = before.users()
    assert {name: user["id"] for name, user in users.items() if name != "farid"} == there
    (status,) = before.admin.scim_status("ministere")
    assert (status["foreign"], status["parked"], status["held"]) == (1, 0, 0)
    assert "a newer release of the connector delivered before" in status["notice"]
    before.admin.delete_realm("ministere")


def test_uninstalled_it_leaves_nothing_and_installed_again_it_adopts_everybody(
    nodes: tuple[LocalKeycloak, LocalKeycloak],
    receiver: ReceiverProcess,
    keycloak_database: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keycloak, _ = nodes
    keycloak.start()
    chain = make_chain(keycloak, receiver, "mairie")
    admin, realm = chain.admin, chain.realm
    admin.create_realm(realm)
    ids = {name: admin.create_user(realm, username=name) for name in ("anne", "boris", "chloe")}
    team = admin.create_group(realm, "Équipe")
    for name in ("anne", "boris"):
        admin.join(realm, ids[name], team)
    chain.enable()
    until(lambda: set(chain.users()) == set(ids), what="everybody")
    chain.see_groups({"Équipe": {"anne", "boris"}})
    chain.settle()
    there = {name: user["id"] for name, user in chain.users().items()}

    monkeypatch.setenv("SBE_SCIM_KEYCLOAK_PASSWORD", keycloak.admin_password)
    receiver.command("keycloak", "disable", "--remove", "--server", keycloak.url, "--realm", realm)
    keycloak.stop()
    with psycopg.connect(keycloak_database, autocommit=True) as keycloaks:
        assert "sbe_scim_link" in _tables(keycloaks)
        keycloaks.execute(example(section("lifecycle.md", "Uninstall for good"), "sql").encode())
        assert _tables(keycloaks) == set()
    assert {name: user["id"] for name, user in chain.users().items()} == there

    keycloak.start()
    assert admin.scim_status(realm) == []
    admin.update_user(realm, ids["anne"], lastName="Entretemps")
    admin.leave(realm, ids["boris"], team)
    admin.join(realm, admin.create_user(realm, username="denis"), team)
    chain.enable()
    chain.see_user("denis")
    chain.see_user("anne", lambda user: user.get("name", {}).get("familyName") == "Entretemps")
    chain.see_groups({"Équipe": {"anne", "denis"}})
    chain.settle()
    assert {name: user["id"] for name, user in chain.users().items() if name != "denis"} == there
    (status,) = admin.scim_status(realm)
    assert (status["users"], status["groups"], status["parked"]) == (4, 1, 0)


def _tables(connection: psycopg.Connection) -> set[str]:
    return {name for (name,) in connection.execute(_OURS)}


def _sent(chain: Chain, name: str) -> bool:
    user = chain.users()[name]
    return {key: user.get(key) for key in SENT} == SENT


def _last_name(chain: Chain, name: str) -> str | None:
    last: str | None = chain.users()[name].get("name", {}).get("familyName")
    return last
