"""Accounts of Abilian SBE, and whether a source may take them. Import it only once Abilian SBE is started."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from abilian.core.entities import Entity
from abilian.core.models.subjects import User, membership
from abilian.services.security import ADMIN, MANAGER
from abilian.services.security.models import RoleAssignment
from sqlalchemy import func, select, union_all
from sqlalchemy.engine import Connection

from sbe_scim.directory.sbe import adoptions, links
from sbe_scim.directory.sbe.adoptions import Adoption
from sbe_scim.directory.sbe.links import Kind, Link
from sbe_scim.directory.sbe.profile import is_mail
from sbe_scim.directory.sbe.verdicts import Candidate, Verdict


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of all accounts."""

    links: Mapping[int, Link]
    adoptions: Mapping[int, Adoption]
    roles: Mapping[int, set[str]]
    content: Mapping[int, int]
    twins: Mapping[str, list[int]]


def find_all(connection: Connection, source: str) -> list[Candidate]:
    """All accounts but those of Abilian SBE itself, by address."""
    table = User.__table__.c
    columns = (table.id, table.created_at, table.email, table.first_name, table.last_name)
    query = select(*columns, table.can_login, table.last_active, table.deleted_at).where(table.id != 0)
    rows = sorted(connection.execute(query), key=lambda row: (row.email.lower(), row.id))
    known = _Known(
        links.by_row(connection, Kind.USER),
        adoptions.lasting(connection, Kind.USER),
        _roles(connection),
        dict(connection.execute(select(Entity.owner_id, func.count()).group_by(Entity.owner_id)).all()),
        _twins(rows),
    )
    return [_candidate(row, known, source) for row in rows]


def _candidate(row: Any, known: _Known, source: str) -> Candidate:
    roles = tuple(sorted(known.roles.get(row.id, ())))
    verdict, told = _verdict(row, known, source, roles)
    name = " ".join(part for part in (row.first_name, row.last_name) if part)
    content = known.content.get(row.id, 0)
    return Candidate(
        row.id, row.created_at, row.email, name, row.can_login, row.last_active, roles, content, verdict, told
    )


def _verdict(row: Any, known: _Known, source: str, roles: tuple[str, ...]) -> tuple[Verdict, str]:
    link, adoption = known.links.get(row.id), known.adoptions.get(row.id)
    twins = known.twins[row.email.lower()]
    if link is not None and link.is_of(row) and not link.removed:
        if link.source == source:
            return Verdict.LINKED, "the source has it"
        return Verdict.OTHER_SOURCE, f"source {link.source} has it"
    if link is not None and link.is_of(row) and not row.can_login and row.deleted_at is not None:
        return Verdict.REMOVED, f"removed by source {link.source}, which opens it again by itself"
    if adoption is not None and adoption.is_of(row) and not adoption.taken:
        if adoption.source == source:
            return Verdict.WAITING, "adopted, waits for the source"
        return Verdict.OTHER_SOURCE, f"source {adoption.source} may take it"
    if len(twins) > 1:
        numbers = " and ".join(map(str, twins))
        return Verdict.TWIN, f"accounts {numbers} have this address but for its case: close or respell one"
    if not is_mail(row.email):
        return Verdict.NO_MAIL, "its address is no mail address: nobody can match"
    if roles:
        return Verdict.ADMINISTRATOR, "an administrator: name it alone, by --mail"
    if not row.can_login:
        return Verdict.CLOSED, "closed here, the source would open it: name it by --mail"
    return Verdict.FREE, "can be adopted"


def _twins(rows: Iterable[Any]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        found[row.email.lower()].append(row.id)
    return found


def _roles(connection: Connection) -> dict[int, set[str]]:
    everywhere = (RoleAssignment.role.in_((ADMIN, MANAGER)), RoleAssignment.object_id.is_(None))
    direct = select(RoleAssignment.user_id, RoleAssignment.role).where(*everywhere, RoleAssignment.user_id.isnot(None))
    by_groups = (
        select(membership.c.user_id, RoleAssignment.role)
        .join(RoleAssignment, RoleAssignment.group_id == membership.c.group_id)
        .where(*everywhere)
    )
    found: dict[int, set[str]] = defaultdict(set)
    for user_id, role in connection.execute(union_all(direct, by_groups)):
        found[user_id].add(str(role))
    return found
