"""A rolling upgrade: one node after the other gets the next release of the connector, and the realm lives on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import make_chain
from tests.environment.admin import Admin
from tests.environment.backend import LocalBackend, Servers
from tests.environment.chain import Chain
from tests.environment.keycloak import LocalKeycloak
from tests.environment.next_release import SENT, next_release
from tests.environment.postgres import create_database, jdbc_url
from tests.environment.receiver import ReceiverProcess
from tests.environment.waiting import until

#: A node that has ended is missed after a minute.
UPGRADE = 90.0
_NEWER = "A newer release of the connector runs on another node: it delivers, not this one"


@pytest.fixture
def database() -> str:
    return "postgres"


@pytest.fixture
def nodes(servers: Servers, tmp_path: Path) -> Iterator[tuple[LocalKeycloak, LocalKeycloak, Path]]:
    """Two nodes, of which the second is on the next release, and that release; none has been started."""
    create_database(servers.postgres(), "upgrade")
    database = jdbc_url(servers.postgres(), "upgrade", host="127.0.0.1")
    first, second = LocalBackend("a release is compiled and unpacked here").nodes(database, logs=tmp_path)
    newer = next_release(tmp_path)
    second.provide(newer)
    yield first, second, newer
    for node in (first, second):
        node.stop()


def test_two_releases_side_by_side_deliver_and_the_newer_one_decides_what_is_sent(
    nodes: tuple[LocalKeycloak, LocalKeycloak, Path], receiver: ReceiverProcess
) -> None:
    old, new, release = nodes
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

    # The first node follows; meanwhile the other goes on, and afterwards either delivers.
    old.stop()
    after.admin.create_user("ministere", username="denis")
    after.see_user("denis")
    old.provide(release)
    old.start()
    new.stop()
    before.admin.create_user("ministere", username="emma")
    before.see_user("emma")
    assert _sent(before, "emma")
    before.settle()
    assert set(before.users()) == {"anne", "boris", "denis", "emma"}


def _sent(chain: Chain, name: str) -> bool:
    user = chain.users()[name]
    return {key: user.get(key) for key in SENT} == SENT


def _last_name(chain: Chain, name: str) -> str | None:
    last: str | None = chain.users()[name].get("name", {}).get("familyName")
    return last
