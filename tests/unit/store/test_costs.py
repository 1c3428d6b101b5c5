"""What a request costs does not grow with the number of people: the same work is done among few and among many.

How many, ``SBE_SCIM_TEST_COSTS`` says, such as 1000000 by hand.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Connection, Engine

from sbe_scim.bench.crowd import crowd
from sbe_scim.service import Query
from sbe_scim.store.tables import SEGMENT
from tests.unit.rig import ENTERPRISE_URN, GROUP, USER, Rig, group_body

FEW = 1_000
#: PostgreSQL rightly reads a smaller table whole when it is asked for 500 rows of it.
MANY = {"sqlite": 20_000, "postgresql": 60_000}
if chosen := os.environ.get("SBE_SCIM_TEST_COSTS"):
    MANY = dict.fromkeys(MANY, int(chosen))
#: Known people among the crowd, as many as one statement carries ids and some more.
KNOWN = 600

Operation = Callable[[Rig, list[str]], object]


class Meter:
    """Counts what the database does: steps of SQLite's machine, rows and index entries that PostgreSQL looks at."""

    def __init__(self, engine: Engine) -> None:
        self.count = 0
        self.generic = False
        if engine.dialect.name == "sqlite":
            event.listen(engine, "checkout", self._watch)
        else:
            # What was counted in transactions before may still be there when one begins.
            event.listen(engine, "begin", self._begin)
            event.listen(engine, "commit", self._add)

    @contextmanager
    def running(self) -> Iterator[None]:
        self.count = 0
        yield

    def _begin(self, connection: Connection) -> None:
        """Plan for any values, as PostgreSQL may for a statement that was often asked with others."""
        if self.generic:
            driver: Any = connection.connection.dbapi_connection
            # psycopg2 knows no such thing: it never has a statement planned for any values.
            if hasattr(driver, "prepare_threshold"):
                driver.prepare_threshold = 0
            connection.execute(text("SET plan_cache_mode = force_generic_plan"))
        connection.info.update(before=_looked_at(connection))

    def _watch(self, dbapi_connection: Any, _record: object, _proxy: object) -> None:
        dbapi_connection.set_progress_handler(self._step, 10)

    def _step(self) -> int:
        self.count += 10
        return 0

    def _add(self, connection: Connection) -> None:
        self.count += _looked_at(connection) - connection.info["before"]


def _looked_at(connection: Connection) -> int:
    # What this connection has counted is added to what all have together at the end of some statement or other.
    cursor = connection.connection.cursor()
    cursor.execute(
        "SELECT sum(pg_stat_get_xact_tuples_returned(oid) + pg_stat_get_tuples_returned(oid)) FROM pg_class"
        " WHERE relname LIKE 'scim\\_%' AND relkind IN ('r', 'i')"
    )
    (counted,) = cursor.fetchone() or (0,)
    return int(counted)


def group_of(count: int) -> Operation:
    """A group of so many members, created, joined, left, replaced and deleted."""

    def run(rig: Rig, people: list[str]) -> None:
        members = people[:count]
        values = [{"value": member} for member in members]
        group = rig.create_group("Équipe", *members)["id"]
        rig.patch(GROUP, group, {"op": "remove", "path": "members", "value": values})
        rig.patch(GROUP, group, {"op": "add", "path": "members", "value": values})
        rig.replace(GROUP, group, group_body("Équipe", *people[1 : count + 1]))
        rig.get(GROUP, group)
        rig.search(GROUP)
        rig.delete(GROUP, group)

    return run


def person(rig: Rig, _people: list[str]) -> None:
    """A person created, read, changed, restored, put into a group and deleted."""
    body = {"emails": [{"value": "ann@example.org", "type": "work", "primary": True}], "title": "agent"}
    ann = rig.create_user("ann", externalId="e-ann", **body)["id"]
    group = rig.create_group("Équipe", ann)["id"]
    rig.get(USER, ann)
    rig.patch(USER, ann, {"op": "replace", "path": "active", "value": False})
    rig.create_user("ann", externalId="e-ann", **body)
    rig.replace(USER, ann, {"schemas": [USER.schema.id], "userName": "ann2"})
    rig.delete(USER, ann)
    rig.delete(GROUP, group)


def finding(condition: str, kind: Any = USER) -> Operation:
    """A list with a filter; ``{0}`` and ``{1}`` in it are ids of people."""

    def run(rig: Rig, people: list[str]) -> None:
        rig.search(kind, condition.format(*people))

    return run


def page(rig: Rig, **query: Any) -> Any:
    return json.loads(str(rig.service.search(rig.call(), rig.service.prepare(rig.call(), USER, Query(**query)))))


def sorting(by: str, direction: str = "ascending", condition: str | None = None) -> Operation:
    """The first page of a sorted list."""

    def run(rig: Rig, _people: list[str]) -> None:
        page(rig, filter=condition, count=20, sort_by=by, sort_order=direction)

    return run


def walking(**query: Any) -> Operation:
    """Three pages by cursor, and one back."""

    def run(rig: Rig, _people: list[str]) -> None:
        found = page(rig, cursor="", count=20, **query)
        for _ in range(2):
            found = page(rig, cursor=found["nextCursor"], count=20, **query)
        assert len(page(rig, cursor=found["previousCursor"], count=20, **query)["Resources"]) == 20

    return run


def last_page(rig: Rig, _people: list[str]) -> None:
    """The end of the list of all."""
    total = page(rig, count=0)["totalResults"]
    assert page(rig, count=20, start_index=total - 10)["itemsPerPage"] == 11


DEPARTMENT = f"{ENTERPRISE_URN}:department"
WORK = 'emails[type eq "work" and value eq "known7@example.org"]'
FILTERS = (
    'userName eq "known7"',
    'userName eq "known7" and active eq true',
    'userName eq "known7" or emails.value eq "known7@example.org"',
    'userName eq "known7" or externalId eq "e7" or emails.value eq "known7@example.org"',
    'userName eq "known7" or (title eq "agent" and externalId eq "e7")',
    'emails.value eq "known7@example.org"',
    'emails eq "known7@example.org"',
    'emails.type eq "work" and emails.value eq "known7@example.org"',
    'emails.value eq "known7@example.org" and emails.type eq "work"',
    'title eq "agent" and userName eq "known7"',
    'title co "gen" and userName eq "known7"',
    'title pr and not (title eq "nobody") and userName eq "known7"',
    f'{ENTERPRISE_URN}:department eq "DSI" and emails.value eq "known7@example.org"',
    WORK,
    'emails[value eq "known7@example.org" and type eq "work"]',
    'emails[primary eq true and type eq "work" and value sw "known7@"]',
    'emails[type eq "work" and (value eq "known7@example.org" or value eq "known8@example.org")]',
    'emails[value eq "known7@example.org" or value eq "known8@example.org"]',
    'emails[type eq "work"].value eq "known7@example.org"',
    f'{WORK} or userName eq "known9"',
    f"active eq true and {WORK}",
    'groups.display eq "Seule"',
    'groups[value eq "nobody" or display eq "Seule"]',
    'groups.display eq "Seule" and title eq "agent"',
    'userName eq "known7" and groups.display sw "S"',
    'id eq "nobody" or userName eq "known7"',
    'id eq "{0}" or id eq "{1}"',
    'userName sw "known7"',
    'emails[type eq "work" and value sw "known7"]',
    'groups.value eq "nobody"',
    " or ".join(f'externalId eq "e{number}"' for number in range(200)),
    " or ".join(f'emails.value eq "known{number}@example.org"' for number in range(200)),
)

OPERATIONS: dict[str, Operation] = {
    "a person": person,
    **{f"a group of {count}": group_of(count) for count in (1, 2, 500)},
    **{condition: finding(condition) for condition in FILTERS},
    "groups of a member": finding('members.value eq "{0}"', GROUP),
    "pages by cursor": walking(),
    "pages by cursor, of some": walking(filter='userName sw "known"'),
    **{f"pages by cursor, by {by}": walking(sort_by=by) for by in ("userName", "externalId", "title")},
    "the last page": last_page,
    **{f"by {by}": sorting(by) for by in ("userName", "externalId", "title", "emails", "nickName", DEPARTMENT)},
    **{f"by {by}, descending": sorting(by, "descending") for by in ("userName", "externalId", "nickName")},
    "by title, of one": sorting("title", condition='emails.value eq "known7@example.org"'),
    "by lastModified, of one": sorting("meta.lastModified", condition='emails.value eq "known7@example.org"'),
}
#: Index entries that may be looked at more, where it is not as few as of others.
ALLOWED = {"the last page": SEGMENT, "pages by cursor, of some": 5 * KNOWN}


@pytest.fixture
def meter(engine: Engine) -> Meter:
    return Meter(engine)


def test_nothing_that_is_done_grows_with_the_number_of_people(engine: Engine, meter: Meter, rig: Rig) -> None:
    people = [
        rig.create_user(f"known{n}", externalId=f"e{n}", emails=[{"value": f"known{n}@example.org", "type": "work"}])[
            "id"
        ]
        for n in range(KNOWN)
    ]
    rig.create_group("Seule", people[0])
    rig.let_everybody_go()

    def costs(names: Iterable[str] = OPERATIONS) -> dict[str, int]:
        found = {}
        for name in names:
            with meter.running():
                OPERATIONS[name](rig, people)
            found[name] = meter.count
        return found

    with engine.begin() as connection:
        crowd(connection, rig.staff.id, 1, FEW)
    among_few = costs()
    with engine.begin() as connection:
        crowd(connection, rig.staff.id, FEW + 1, MANY[engine.dialect.name])
    among_many = costs()
    if engine.dialect.driver == "psycopg":
        meter.generic = True
        # Such a plan does not know how short a page is either: of whole lists PostgreSQL sees that it would be dearer.
        among_many |= {f"{name}, for any value": cost for name, cost in costs(FILTERS).items()}
    assert [name for name, cost in among_few.items() if not cost] in ([], ['groups.value eq "nobody"'])
    grown = {}
    for name, cost in among_many.items():
        before = among_few[name.removesuffix(", for any value")]
        # All counts of segments may be passed over, which is a row for 4,096 people.
        if cost > 1.5 * before + ALLOWED.get(name, 300 + MANY[engine.dialect.name] // SEGMENT * 5):
            grown[name] = before, cost
    assert grown == {}


def test_the_meter_notices_a_statement_that_reads_every_user(engine: Engine, meter: Meter, rig: Rig) -> None:
    with engine.begin() as connection:
        crowd(connection, rig.staff.id, 1, FEW)
    with meter.running():
        rig.search(USER, 'title co "nothing"')
    assert meter.count >= FEW
