"""What is asked at every request is answered by an index, however many people there are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from sbe_scim.protocol import parse_filter
from sbe_scim.store import changes, members, migrate, open_database, resources, tables
from sbe_scim.store.query import pages
from sbe_scim.store.query.predicate import predicate
from tests.unit.rig import USER

FORMER = tables.former_membership
STATEMENTS = {
    "get": resources._by_id.statement,
    "userName eq": resources._by_key.statement,
    "externalId eq": resources._by_external_id.statement,
    "uniqueness": resources._rivals.statement,
    "next page": pages._following.statement,
    "page by position": pages._from_position.statement,
    "groups of a user": members._groups_of_one.statement,
    "members of a group": members._members_of_one.statement,
    "members of groups": members._members.where(tables.membership.c.group_pk.in_([1, 2])),
    "highest change": changes._highest.statement,
    "ever a member": members._ever_member.statement,
    "memberships of somebody who is deleted": members._keep_of_member,
    "memberships of a group that is deleted": members._keep_of_group,
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
)


def filtered(text: str) -> Any:
    """The statement of a list."""
    condition = predicate(parse_filter(text, USER), USER, 1)
    return select(*resources.columns()).where(
        resources.live, tables.resource.c.source == 1, tables.resource.c.type == USER.number, condition
    )


#: What walks through the people of a source in their order, from a place that is known to a bound.
WALKS = ("next page", "page by position")


@pytest.mark.parametrize("name", [*STATEMENTS, *FILTERS])
def test_neither_a_table_nor_a_whole_source_is_read(tmp_path: Path, name: str) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/receiver.db")
    migrate(engine)
    compiled = (STATEMENTS[name] if name in STATEMENTS else filtered(name)).compile(
        engine, compile_kwargs={"render_postcompile": True}
    )
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute(f"EXPLAIN QUERY PLAN {compiled}", [1] * str(compiled).count("?"))
        plan = [row[3] for row in cursor.fetchall()]
    engine.dispose()
    assert plan
    assert not [step for step in plan if step.startswith("SCAN scim_")], plan
    assert name in WALKS or not [step for step in plan if "(source=? AND type=?)" in step], plan
    assert not [step for step in plan if "(path=?)" in step], plan
