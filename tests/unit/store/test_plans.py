"""What is asked at every request is answered by an index, however many people there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.engine import Connection, Engine

from sbe_scim.protocol import Order, parse_filter
from sbe_scim.store import (
    changes,
    counting,
    former_members,
    members,
    migrate,
    nesting,
    open_database,
    people,
    resources,
    shown,
    tables,
)
from sbe_scim.store.prepared import Together
from sbe_scim.store.query import pages
from sbe_scim.store.query.predicate import predicate
from sbe_scim.store.query.selection import Selection
from sbe_scim.store.query.sorting import Place
from tests.unit.rig import ENTERPRISE_URN, GROUP, USER, Rig

FORMER = tables.former_membership
STATEMENTS = {
    "get": shown._by_id.statement,
    "userName eq": shown._by_key.statement,
    "externalId eq": shown._by_external_id.statement,
    "uniqueness": resources._rivals.statement,
    "next page": pages._following.statement,
    "page by position": pages._from_position.statement,
    "groups of a user": members._groups_of_one.statement,
    "members of a group": members._members_of_one.statement,
    "members of groups": members._members.where(tables.membership.c.group_pk.in_([1, 2])),
    "members of a large group": members._member_pks_in_order.statement,
    "highest change": changes._highest.statement,
    "who was deleted long ago": people._long_deleted.params(before=1, most=1),
    "ever a member": former_members._ever_member.statement,
    "groups around a group": nesting._above.statement,
    "groups in a group": nesting._inner_of_one.statement,
    "part of nesting": nesting._is_part.statement,
    "memberships of somebody who is deleted": former_members._keep_of_member,
    "memberships of a group that is deleted": former_members._keep_of_group,
    "what a deleted person had": select(FORMER).where(FORMER.c.member_pk == 1, FORMER.c.ended == 2),
    "what a deleted group had": select(FORMER).where(FORMER.c.group_pk == 1, FORMER.c.ended == 2),
    **{f"{count} ids of members": members.resolving(1, USER.number, ["x"] * count) for count in (1, 2, 500)},
}
FILTERS = (
    'userName sw "ann"',
    'emails.value eq "ann@example.org"',
    'emails[type eq "work"].value eq "ann@example.org"',
    'emails[type eq "work" and value eq "ann@example.org"]',
    'emails[value eq "ann@example.org" and type eq "work"]',
    'emails[type eq "work" and value sw "ann"]',
    'emails[type eq "work" and (value eq "ann@example.org" or value eq "bob@example.org")]',
    'userName eq "ann" or emails.value eq "ann@example.org"',
    'title co "a" and userName eq "ann"',
    'groups.display eq "Élus"',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber eq "1"',
    'groups.value eq "x"',
    'emails[type eq "work"].value eq "ann@example.org" or emails[type eq "home"].value eq "ann@example.org"',
    'addresses[type eq "work" and locality eq "Lyon"]',
    'title co "a" and emails[type eq "work" and value eq "ann@example.org"]',
    'not (title eq "a") and userName eq "ann"',
    'id eq "x" or id eq "y"',
    " or ".join(f'externalId eq "{number}"' for number in range(200)),
    " or ".join(f'emails.value eq "{number}"' for number in range(200)),
)
#: No index narrows these: they read the values of one attribute, and no resource that has none.
WHOLE_ATTRIBUTES = ('title co "a"', 'title ew "a"', 'emails[value co "a"]', 'title co "a" or title ew "b"')


#: Of people and of groups, where there are groups in groups.
NESTED = {
    'groups.value eq "x"': USER,
    'groups.display eq "Élus"': USER,
    'groups[value eq "x" and type eq "indirect"]': USER,
    'userName eq "ann" and groups.value eq "x"': USER,
    'members.value eq "x"': GROUP,
}


def filtered(text: str, kind: Any = USER, *, nested: bool = False) -> Any:
    """The statement of a list."""
    condition = predicate(parse_filter(text, kind), kind, 1, nested=nested)
    return select(*resources.columns()).where(
        resources.live, tables.resource.c.source == 1, tables.resource.c.type == kind.number, condition
    )


#: What walks through the people of a source in their order, from a place that is known to a bound.
WALKS = ("next page", "page by position")


@pytest.fixture(scope="module", params=["empty", "a million people"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database, with the statistics of one of this size."""
    url = f"sqlite:///{tmp_path_factory.mktemp('plans')}/receiver.db"
    opened = open_database(url)
    migrate(opened)
    if request.param != "empty":
        with opened.begin() as connection:
            connection.execute(text("ANALYZE"))
            known = {row[0] for row in connection.execute(text("SELECT name FROM sqlite_master"))}
            assert STATISTICS.keys() <= known
            for name, (table, figures) in STATISTICS.items():
                values = {"table": table, "name": name, "figures": figures}
                connection.execute(text("INSERT INTO sqlite_stat1 VALUES (:table, :name, :figures)"), values)
        # They are read when a connection opens.
        opened.dispose()
        opened = open_database(url)
    yield opened
    opened.dispose()


#: Of a source with a million people: for each index its rows, then how many share the first columns of it. The key of a
#: table without row numbers has the name of the table.
STATISTICS = {
    "sqlite_autoindex_scim_resource_1": ("scim_resource", "1000000 1"),
    "scim_resource_key": ("scim_resource", "1000000 500000 500000 1"),
    "scim_resource_mail": ("scim_resource", "1000000 500000 1"),
    "scim_resource_external_id": ("scim_resource", "1000000 1000000 500000 1"),
    "scim_resource_page": ("scim_resource", "1000000 1000000 500000 1"),
    "scim_resource_tombstone": ("scim_resource", "100000 50000 1"),
    "scim_attr_value": ("scim_attr_value", "10000000 10 2 1"),
    "scim_attr_value_value": ("scim_attr_value", "10000000 500000 2 1"),
    "scim_membership": ("scim_membership", "1000000 1000 1"),
    "scim_membership_member": ("scim_membership", "1000000 2 1"),
    "scim_nesting": ("scim_nesting", "10000 10 1"),
    "scim_nesting_inner": ("scim_nesting", "10000 2 1"),
}


def plan_of(database: Engine, statement: Any) -> list[str]:
    compiled = statement.compile(database, compile_kwargs={"render_postcompile": True})
    with database.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute(f"EXPLAIN QUERY PLAN {compiled}", [1] * str(compiled).count("?"))
        plan = [row[3] for row in cursor.fetchall()]
    assert plan
    return plan


@pytest.mark.parametrize("name", [*STATEMENTS, *FILTERS])
def test_neither_a_table_nor_a_whole_source_is_read(database: Engine, name: str) -> None:
    plan = plan_of(database, STATEMENTS[name] if name in STATEMENTS else filtered(name))
    assert not [step for step in plan if step.startswith("SCAN scim_")], plan
    assert name in WALKS or not [step for step in plan if "(source=? AND type=?)" in step], plan
    assert not [step for step in plan if "(path=?)" in step], plan


@pytest.mark.parametrize("text", NESTED)
def test_nor_where_groups_are_in_groups(database: Engine, text: str) -> None:
    plan = plan_of(database, filtered(text, NESTED[text], nested=True))
    assert not [step for step in plan if step.startswith("SCAN scim_") or "(source=? AND type=?)" in step], plan


@pytest.mark.parametrize("name", WHOLE_ATTRIBUTES)
def test_what_no_index_narrows_reads_the_values_of_one_attribute(database: Engine, name: str) -> None:
    plan = plan_of(database, filtered(name))
    assert not [step for step in plan if step.startswith("SCAN scim_")], plan
    assert [step for step in plan if "(path=?)" in step or "(path=? AND" in step], plan


MANY = 1_000_000
#: Everybody has a value of these, and nobody another's.
UNIQUE = ("userName", "id", "meta.location")


def explained(connection: Connection, statement: str, parameters: Any) -> str:
    """The plan of a statement, where PostgreSQL sorts or reads a whole table only if it has to."""
    cursor = connection.connection.cursor()
    if connection.dialect.name == "sqlite":
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return "\n".join(row[3] for row in cursor.fetchall())
    for choice in ("seqscan", "sort", "bitmapscan"):
        connection.execute(text(f"SET LOCAL enable_{choice} = off"))
    cursor.execute(f"EXPLAIN {statement}", parameters)
    return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize("direction", ["ascending", "descending"])
@pytest.mark.parametrize(
    "by", ["userName", "id", "meta.location", "externalId", "title", "emails.value", f"{ENTERPRISE_URN}:department"]
)
def test_a_sorted_list_of_many_is_read_along_an_index(engine: Engine, rig: Rig, by: str, direction: str) -> None:
    asked: list[tuple[str, Any]] = []
    with engine.begin() as connection:
        together = Together()
        counting.move(together, rig.staff.id, USER.number, {0: MANY})
        together.run(connection)
        selection = Selection(rig.staff.id, USER, None, Order.parse(by, direction, USER))

        @event.listens_for(connection, "before_cursor_execute")
        def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any) -> None:
            asked.append((statement, parameters))

        selection.page(connection, 0, 10)
        for place in (Place("x", 1), Place(None, 1)) if by not in UNIQUE else (Place("x", 1),):
            selection.beyond(connection, place, 10)
            selection.beyond(connection, place, 10, back=True)
        event.remove(connection, "before_cursor_execute", keep)
        plans = [explained(connection, *one) for one in asked]
    assert len(plans) >= 4
    assert not [plan for plan in plans if "Sort" in plan or "TEMP B-TREE" in plan or "SCAN scim_resource\n" in plan]


def test_what_no_index_serves_is_seen_to_be_sorted(engine: Engine, rig: Rig) -> None:
    with engine.begin() as connection:
        query = select(tables.resource.c.pk).order_by(tables.resource.c.modified)
        plan = explained(connection, str(query.compile(engine)), ())
    assert "Sort" in plan or "TEMP B-TREE" in plan
