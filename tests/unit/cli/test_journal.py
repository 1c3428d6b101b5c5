"""``sbe-scim journal``: refusals by name with what to do, and one person's history."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sbe_scim.protocol import ScimError
from sbe_scim.store import migrate, open_database, sources
from tests.unit.cli.running import Run, rows
from tests.unit.rig import USER, Recording, Rig

ISSUER = "https://sso.example.org/realms/agents"


@pytest.fixture
def rig(run: Run, folder: Path) -> Iterator[Rig]:
    """The receiver whose database the commands read: of its people one is refused."""
    engine = open_database(f"sqlite:///{folder}/receiver.db")
    migrate(engine)
    with engine.begin() as connection:
        sources.add(connection, "staff", dialect="keycloak", issuer=ISSUER)
    ports = Recording.over(engine)
    made = Rig(ports)
    made.create_user("ann", made.other, emails=[{"value": "ann@example.org"}])
    refuse(made, "zoe", externalId="e-zoe", emails=[{"value": "ann@example.org"}])
    yield made
    ports.close()


def refuse(rig: Rig, name: str, **more: Any) -> None:
    with pytest.raises(ScimError):
        rig.create_user(name, **more)


def test_who_is_refused_has_a_name_a_reason_and_a_remedy(run: Run, rig: Rig) -> None:
    lines = run("journal", "refused").out.splitlines()
    assert lines[0].startswith("user zoe <ann@example.org> (e-zoe), source staff: refused since 2")
    assert lines[0].endswith(", once")
    ann = rig.search(USER, source=rig.other)["Resources"][0]["id"]
    assert lines[1] == f"    another User at this receiver has this mail address: {ann} of source other"
    assert lines[2].endswith("then: sbe-scim keycloak retry --refused --server https://sso.example.org --realm agents")
    refuse(rig, "zoe", externalId="e-zoe", emails=[{"value": "ann@example.org"}])
    (one,) = rows(run, "journal", "refused")
    assert (one["name"], one["mail"], one["external_id"], one["source"], one["reason"], one["times"]) == (
        "zoe",
        "ann@example.org",
        "e-zoe",
        "staff",
        "mail_taken",
        2,
    )
    assert one["why"] in lines[1]
    assert "2 times, last 2" in run("journal", "refused").out


def test_a_source_may_be_named_and_must_be_there(run: Run, rig: Rig) -> None:
    assert run("journal", "refused", "--source", "other").out == "Nobody is refused.\n"
    assert rows(run, "journal", "refused", "--source", "other") == []
    assert len(rows(run, "journal", "refused", "--source", "staff")) == 1
    outcome = run("journal", "refused", "--source", "nobody")
    assert (outcome.code, "sbe-scim source list" in outcome.err) == (1, True)


def test_the_history_of_a_person_ends_with_what_to_do(run: Run, rig: Rig) -> None:
    lines = run("journal", "person", "ZOE").out.splitlines()
    assert "create 409  staff  zoe <ann@example.org> (e-zoe)  mail_taken, another User has this primary" in lines[0]
    assert lines[1].startswith("The last change was refused: another User")
    id = rig.create_user("zoe", externalId="e-zoe")["id"]
    rig.patch(USER, id, {"op": "replace", "path": "title", "value": "Maire"})
    lines = run("journal", "person", "e-zoe").out.splitlines()
    assert [line.split("  ")[1] for line in lines] == ["create 409", "create 201", "patch 200"]
    assert lines[2].endswith(f"{id}  changed: title")
    told = rows(run, "journal", "person", id)
    assert [(row["operation"], row["status"], row["changed"]) for row in told][2] == ("patch", 200, ["title"])
    assert ["why" in row for row in told] == [True, False, False]


def test_somebody_unknown_is_an_error_that_repeats_no_name(run: Run, rig: Rig) -> None:
    outcome = run("journal", "person", "quentin")
    assert (outcome.code, outcome.out) == (1, "")
    assert "quentin" not in outcome.err
