"""On a PostgreSQL that has never looked at the receiver's tables, and after the receiver made it look."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from sbe_scim.bench.crowd import crowd
from sbe_scim.store.statistics import Statistics, unknown
from sbe_scim.store.tables import metadata
from tests.unit.rig import GROUP, USER, Recording, Rig
from tests.unit.store.test_costs import Meter

CROWD = 20_000
#: Rows and index entries that a request about one person looks at, at most.
FEW = 50


@pytest.fixture
def new(postgresql: Engine) -> Engine:
    """Tables that PostgreSQL does not analyse by itself meanwhile."""
    with postgresql.begin() as connection:
        for table in metadata.tables:
            connection.execute(text(f"ALTER TABLE {table} SET (autovacuum_enabled = off)"))
    return postgresql


def fill(engine: Engine) -> tuple[Rig, list[str]]:
    rig = Rig(Recording.over(engine))
    people = [
        rig.create_user(f"known{n}", externalId=f"e{n}", emails=[{"value": f"known{n}@example.org", "type": "work"}])
        for n in range(5)
    ]
    rig.create_group("Seule", people[0]["id"])
    rig.let_everybody_go()
    with engine.begin() as connection:
        crowd(connection, rig.staff.id, 1, CROWD, analysed=False)
    return rig, [person["id"] for person in people]


def cost(meter: Meter, operation: Callable[[], object]) -> int:
    with meter.running():
        operation()
    return meter.count


def test_who_is_known_by_id_is_found_by_it_however_new_the_tables_are(new: Engine) -> None:
    meter = Meter(new)
    rig, people = fill(new)
    title = {"op": "replace", "path": "title", "value": "agent"}
    costs = [
        cost(meter, lambda: rig.get(USER, people[0])),
        cost(meter, lambda: rig.patch(USER, people[0], title)),
        cost(meter, lambda: rig.replace(USER, people[0], {"schemas": [USER.schema.id], "userName": "ann"})),
        cost(meter, lambda: rig.delete(USER, people[1])),
    ]
    meter.generic = True
    costs.append(cost(meter, lambda: rig.get(USER, people[0])))
    assert min(costs) > 0
    assert max(costs) <= FEW


def test_tables_are_analysed_once_they_are_no_longer_small(new: Engine) -> None:
    meter = Meter(new)
    moments = iter(range(0, 1_000, 10))
    statistics = Statistics(Recording.over(new), clock=lambda: float(next(moments)))
    statistics.run()
    with new.begin() as connection:
        assert connection.execute(text("SELECT reltuples FROM pg_class WHERE relname = 'scim_resource'")).scalar() == -1
    rig, people = fill(new)
    operations: list[Callable[[], object]] = [
        lambda: rig.search(USER, 'userName eq "known2"'),
        lambda: rig.search(USER, 'externalId eq "e2"'),
        lambda: rig.search(USER, 'emails.value eq "known2@example.org"'),
        lambda: rig.create_group("Trois", *people[:3]),
    ]
    assert max(cost(meter, operation) for operation in operations[:3]) >= CROWD
    with new.begin() as connection:
        assert set(unknown(connection)) == set(metadata.tables)
    statistics.run()
    with new.begin() as connection:
        assert unknown(connection) == []
    costs = [cost(meter, operation) for operation in operations]
    assert min(costs) > 0
    assert max(costs) <= FEW
    # A page is as many rows, and no more for that nobody is in a group.
    assert cost(meter, lambda: rig.search(USER)) <= 100 + FEW
    assert cost(meter, lambda: rig.search(GROUP)) <= FEW


def test_a_database_that_does_not_answer_is_told_and_asked_again(
    new: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    moments = iter([0.0, 0.0, 1.0, 10.0, 10.0])
    statistics = Statistics(Recording.over(new), clock=lambda: next(moments))
    asked = []

    def fails(_connection: object) -> list[str]:
        asked.append(1)
        raise OSError("gone")

    monkeypatch.setattr("sbe_scim.store.statistics.unknown", fails)
    for _ in range(3):
        statistics.run()
    assert len(asked) == 2
    assert [record.message for record in caplog.records] == ["tables could not be analysed"] * 2


def test_sqlite_has_nothing_to_analyse(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            assert unknown(connection) == []
