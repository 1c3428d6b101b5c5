"""``sbe-scim journal list``, ``show`` and ``export``: the journal request by request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from sbe_scim import __version__
from sbe_scim.journal import search
from sbe_scim.protocol import ScimError
from sbe_scim.protocol.values import instant
from sbe_scim.store import migrate, open_database, sources, tables
from sbe_scim.store.clock import now
from tests.unit.cli.running import Run, rows
from tests.unit.rig import GROUP, USER, Recording, Rig

MAIL = [{"value": "ann@example.org"}]
KEYS = [
    "seq",
    "time",
    "duration",
    "request_id",
    "source",
    "operation",
    "target_type",
    "target_id",
    "status",
    "scim_type",
    "reason",
    "detail",
    "dropped",
    "changed",
    "effect",
    "members_added",
    "members_removed",
    "features",
]


@pytest.fixture
def rig(run: Run, folder: Path) -> Iterator[Rig]:
    """A receiver that was asked seven things by two sources, of which it refused two."""
    engine = open_database(f"sqlite:///{folder}/receiver.db")
    migrate(engine)
    with engine.begin() as connection:
        sources.add(connection, "staff", dialect="entra")
    ports = Recording.over(engine)
    made = Rig(ports)
    made.create_user("bea", made.other, emails=MAIL)
    ann = made.create_user("ann", active="True", vendorThing=1)["id"]
    group = made.create_group("Élus", ann)["id"]
    made.patch(USER, ann, {"op": "replace", "path": "active", "value": False})
    made.patch(GROUP, group, {"op": "remove", "path": "members"})
    with pytest.raises(ScimError):
        made.create_user("zoe", externalId="e-zoe", emails=MAIL)
    with pytest.raises(ScimError):
        made.patch(USER, ann, {"op": "replace", "path": "zoe.dupont[", "value": 1})
    yield made
    ports.close()


def numbers(run: Run, *arguments: str) -> list[int]:
    """The rows that ``list`` shows."""
    return [row["seq"] for row in rows(run, "journal", "list", *arguments)]


def exported(run: Run, *arguments: str) -> list[Any]:
    """The lines of an export, read."""
    outcome = run("journal", "export", *arguments)
    assert outcome.code == 0, outcome.err
    return [json.loads(line) for line in outcome.out.splitlines()]


def test_the_last_requests_are_listed_with_what_they_did(run: Run, rig: Rig) -> None:
    lines = [line.split("  ", 2) for line in run("journal", "list").out.splitlines()]
    ann = rig.search(USER, 'userName eq "ann"')["Resources"][0]["id"]
    group = rig.search(GROUP)["Resources"][0]["id"]
    assert [line[0] for line in lines] == ["1", "2", "3", "4", "5", "6", "7"]
    told = [line[2] for line in lines]
    assert told[1] == f"create 201  staff  {ann}  created: userName, active"
    assert told[2] == f"create 201  staff  {group}  created: displayName, members, members +1 -0"
    assert told[3] == f"patch 200  staff  {ann}  deactivated: active"
    assert told[4] == f"patch 200  staff  {group}  changed: members, members +0 -1"
    assert told[5].startswith("create 409  staff  zoe <ann@example.org> (e-zoe)  mail_taken, another User")


def test_only_what_is_asked_for_is_listed(run: Run, rig: Rig) -> None:
    assert numbers(run) == [1, 2, 3, 4, 5, 6, 7]
    assert numbers(run, "--limit", "2") == [6, 7]
    assert numbers(run, "--source", "other") == [1]
    assert numbers(run, "--refused") == [6, 7]
    assert numbers(run, "--status", "409", "--status", "200") == [4, 5, 6]
    assert numbers(run, "--operation", "patch", "--source", "staff") == [4, 5, 7]
    assert numbers(run, "--operation", "patch", "--refused") == [7]
    assert "Operations are: create, replace" in run("journal", "list", "--operation", "put").err
    outcome = run("journal", "list", "--operation", "delete")
    assert (outcome.code, outcome.out) == (0, "")
    assert "sbe-scim source list" in run("journal", "list", "--source", "nobody").err


def test_a_time_is_a_moment_a_day_or_so_long_ago(run: Run, rig: Rig) -> None:
    journal = tables.journal
    times = {1: instant("2026-01-30T23:59:59Z"), 2: instant("2026-01-31T00:00:00Z"), 3: now() - 7_000_000_000}
    with rig.ports.write() as transaction:
        for seq, time in times.items():
            transaction.connection.execute(update(journal).where(journal.c.seq == seq).values(time=time))
    assert numbers(run, "--until", "2026-01-31") == [1]
    assert numbers(run, "--since", "2026-01-31", "--until", "2026-01-31T00:00:01Z") == [2]
    assert numbers(run, "--since", "1h") == [4, 5, 6, 7]
    assert numbers(run, "--since", "2h") == [3, 4, 5, 6, 7]
    assert [row["seq"] for row in exported(run, "--since", "2026-01-31T01:00:00+01:00")[1:]] == [2, 3, 4, 5, 6, 7]
    for wrong in ("yesterday", "2026-13-01", "0h"):
        assert run("journal", "list", "--since", wrong).code == 2


def test_one_request_is_shown_with_what_to_do(run: Run, rig: Rig) -> None:
    (request,) = {row["request_id"] for row in rows(run, "journal", "list", "--status", "409")}
    for id in ("6", request):
        (told,) = rows(run, "journal", "show", id)
        assert (told["seq"], told["name"], told["reason"]) == (6, "zoe", "mail_taken")
    shown = run("journal", "show", "6").out
    assert told["remedy"] in shown
    assert "dropped" not in shown
    last = run("journal", "show", "2").out.splitlines()[-1]
    assert last.split("  ", 1) == ["features", "   drop_unknown, string_booleans"]
    assert "remedy" not in rows(run, "journal", "show", "2")[0]
    for unknown in ("99", "9" * 30, "nothing"):
        assert run("journal", "show", unknown).code == 1


def test_an_export_has_a_header_and_a_line_for_each_row_and_names_nobody(run: Run, rig: Rig) -> None:
    head, *told = exported(run)
    assert instant(head.pop("exported")) <= now()
    known = [{"name": "other", "dialect": "generic", "strictness": "tolerant"}]
    known += [{"name": "staff", "dialect": "entra", "strictness": "tolerant"}]
    assert head | {"sources": sorted(head["sources"], key=lambda one: one["name"])} == {
        "journal": 1,
        "receiver": __version__,
        "sources": known,
    }
    assert [list(row) for row in told] == [KEYS] * 7
    made, group, left = told[1], told[2], told[3]
    assert (made["effect"], made["dropped"]) == ("created", ["vendorThing"])
    assert (made["features"], made["members_added"]) == (["drop_unknown", "string_booleans"], 0)
    assert (group["members_added"], group["members_removed"]) == (1, 0)
    assert (left["effect"], left["changed"], left["target_id"]) == ("deactivated", ["active"], made["target_id"])
    assert made["time"].endswith("Z")
    assert len(made["time"]) == len("2026-01-31T09:00:00.123456Z")
    for text in ("zoe", "ann@example.org"):
        assert text not in run("journal", "export").out
    assert (told[5]["reason"], told[5]["detail"]) == (
        "mail_taken",
        "another User has this primary mail address (emails)",
    )
    assert told[6]["detail"] is None, "it may quote what was sent"


def test_an_export_with_names_says_whom_it_refused_and_why(run: Run, rig: Rig) -> None:
    refused, wrong = exported(run, "--source", "staff", "--with-names")[-2:]
    assert (refused["name"], refused["mail"], refused["external_id"]) == ("zoe", "ann@example.org", "e-zoe")
    assert wrong["detail"].startswith("operation 1")
    assert [one["name"] for one in exported(run, "--source", "staff")[0]["sources"]] == ["staff"]


def test_an_export_reads_a_page_at_a_time(run: Run, rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PAGE", 2)
    with rig.ports.read() as transaction:
        pages = [len(page) for page in search.each(transaction.connection, search.Wanted())]
    assert pages == [2, 2, 2, 1]
    assert [row["seq"] for row in exported(run)[1:]] == [1, 2, 3, 4, 5, 6, 7]
