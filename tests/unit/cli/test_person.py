"""``sbe-scim erase`` and ``export``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click import testing

from sbe_scim.cli import root
from sbe_scim.directory.sbe import tables
from sbe_scim.store import migrate, open_database
from sbe_scim.store import tables as store_tables
from tests.unit.cli.running import Run, rows
from tests.unit.rig import USER, Recording, Rig


@pytest.fixture
def rig(run: Run, folder: Path) -> Iterator[Rig]:
    """The receiver whose database the commands read."""
    engine = open_database(f"sqlite:///{folder}/receiver.db")
    migrate(engine)
    ports = Recording.over(engine)
    yield Rig(ports)
    ports.close()


def test_a_leaver_is_erased_and_an_active_person_is_not(run: Run, rig: Rig) -> None:
    id = rig.create_user("zoe", externalId="e-zoe", title="Maire")["id"]
    refused = run("erase", "zoe", "--yes")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == f"Error: {id} is active at source staff: disable or delete them there first\n"
    rig.delete(USER, id)
    assert rows(run, "erase", "zoe", "--yes") == {"erased": [id], "refusals": 0}
    assert run("erase", "zoe", "--yes").err.startswith("Error: nobody known here")
    assert [row["operation"] for row in rows(run, "journal", "person", id)] == ["create", "delete", "erase"]


def test_it_asks_first_and_shows_ids_alone(rig: Rig) -> None:
    id = rig.create_user("zoe")["id"]
    rig.delete(USER, id)
    outcome = testing.CliRunner().invoke(root, ["erase", "zoe"], input="n\n")
    assert outcome.exit_code == 1
    assert outcome.stderr.startswith(f"{id}: deleted, source staff\nErase this person?")
    with rig.ports.read() as transaction:
        assert transaction.connection.exec_driver_sql("SELECT 1 FROM scim_resource WHERE key = 'zoe'").scalar() == 1
    outcome = testing.CliRunner().invoke(root, ["erase", "zoe"], input="y\n")
    assert (outcome.exit_code, outcome.stdout) == (0, f"Erased.\n{id}: deleted, source staff\n")


def test_several_people_are_told_by_ids(run: Run, rig: Rig) -> None:
    first = rig.create_user("zoe", externalId="1")["id"]
    second = rig.create_user("zoe.bis", rig.other, externalId="1")["id"]
    for command in (("erase", "1", "--yes"), ("export", "1")):
        outcome = run(*command)
        assert (outcome.code, outcome.out) == (1, "")
        assert outcome.err.splitlines()[1:] == [f"{first}: active, source staff", f"{second}: active, source other"]


def test_an_export_is_json(run: Run, rig: Rig) -> None:
    rig.create_user("zoé", title="Maire")
    outcome = run("export", "ZOÉ")
    assert "zoé" in outcome.out
    assert json.loads(outcome.out)["resources"][0]["document"]["title"] == "Maire"


def test_a_database_beside_abilian_sbe_is_not_opened_without_it(run: Run, rig: Rig) -> None:
    id = rig.create_user("zoe")["id"]
    rig.delete(USER, id)
    with rig.ports.write() as transaction:
        tables.create(transaction.connection)
    for command in (("erase", "zoe", "--yes"), ("export", "zoe")):
        outcome = run(*command)
        assert (outcome.code, "SBE_SCIM_DIRECTORY=sbe" in outcome.err) == (1, True)
    assert rig.rows(store_tables.resource, store_tables.resource.c.key) == [("zoe",)]
