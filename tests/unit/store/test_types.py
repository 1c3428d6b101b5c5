"""A type is what its declaration says, wherever it is stored, searched or served."""

from __future__ import annotations

import ast
from pathlib import Path

import sbe_scim
from sbe_scim.protocol import default_registry
from sbe_scim.store import tables
from tests.unit.rig import GROUP, USER, Rig

PACKAGE = Path(sbe_scim.__file__).parent


def test_the_numbers_of_types_are_those_that_are_stored(rig: Rig) -> None:
    assert (USER.number, GROUP.number) == (1, 2)
    rig.create_group("Élus", rig.create_user("ann")["id"])
    for table in (tables.resource, tables.counter, tables.change):
        assert {row[0] for row in rig.rows(table, table.c.type)} == {1, 2}
    assert {kind.number for kind in default_registry().resource_types} == {1, 2}


def test_nothing_decides_by_the_name_of_a_type() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in sorted(PACKAGE.rglob("*.py"))
        # The certification reads a journal from outside, by the names that stand there.
        if path.parent.name != "schema" and "certify" not in path.relative_to(PACKAGE).parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in ("User", "Group", "Users", "Groups")
    ]
    assert found == []
