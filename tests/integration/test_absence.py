"""What changes in Keycloak while the connector is not there arrives once it is back, and nobody has to act."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import make_chain
from tests.environment import CONNECTOR_JAR, FAULTS_JAR
from tests.environment.admin import AdminError
from tests.environment.backend import BUILDS
from tests.environment.chain import Chain
from tests.environment.keycloak import LocalKeycloak
from tests.environment.receiver import ReceiverProcess
from tests.environment.waiting import until

SWITCHED_OFF = {"spi-sbe-scim-endpoint--sbe-scim--enabled": "false"}
#: A receiver that was away is asked again every five seconds.
OUTAGE_DEADLINE = 90.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKeycloak]:
    """A server of its own, whose providers and build options may change."""
    home = tmp_path_factory.mktemp("keycloak")
    keycloak = LocalKeycloak(CONNECTOR_JAR, home, more_jars=(FAULTS_JAR,), builds=BUILDS)
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
    server: LocalKeycloak, chain: Chain, jar: Path | None, build: dict[str, str] | None
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

    _restart(server, jar, build)
    with pytest.raises(AdminError) as refused:
        admin.scim_status(realm)
    assert refused.value.status == 404, "the connector is still there"
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
    chain.see_groups({"Équipe": {"reste", "arrivante"}, "Refondu": {"sortante"}})
    chain.settle()
    status = admin.scim_status(realm)[0]
    assert (status["parked"], status["foreign"], status["notice"]) == (0, 0, None)
    assert found["reste"]["id"] == unchanged
    assert chain.changes("reste") == before, "who did not change was sent again"
