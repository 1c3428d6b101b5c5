"""What Abilian SBE keeps by source, when one source hands people and groups over to another."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from sbe_scim.directory.sbe import rules
from sbe_scim.directory.sbe.links import batches
from sbe_scim.directory.sbe.rules import RuleError
from sbe_scim.directory.sbe.tables import adoption, link, rule


def hand_over(
    connection: Connection, ids: Collection[str], former: str, to: str, instead: Mapping[str, str] | None
) -> None:
    """Let source ``to`` have the accounts and groups of these ids, see :class:`~sbe_scim.directory.port.Accounts`.

    Rules of their groups go with them. Those by values of ``roles`` count for both sources from then on, and are left
    where people go back (``instead`` is ``None``).
    """
    for some in batches(ids):
        mine = select(link.c.sbe_id).where(link.c.resource_id.in_(some), link.c.kind == adoption.c.kind)
        taken = (adoption.c.source == former, adoption.c.taken.isnot(None), adoption.c.sbe_id.in_(mine))
        connection.execute(update(adoption).where(*taken).values(source=to))
        connection.execute(update(link).where(link.c.resource_id.in_(some)).values(source=to))
        connection.execute(update(rule).where(rule.c.group_id.in_(some)).values(source=to))
    if instead is None:
        return
    for group, other in instead.items():
        connection.execute(update(rule).where(rule.c.group_id == group).values(group_id=other))
    for one in rules.of_source(connection, former):
        if one.value is not None:
            _copy(connection, one, to)


def _copy(connection: Connection, one: rules.Rule, to: str) -> None:
    try:
        rules.add(connection, replace(one, source=to))
    except RuleError:
        # It is there already.
        return
