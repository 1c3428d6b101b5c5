"""Add, remove and list rules for an operator, each with what follows for people in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from abilian.core.models.subjects import Group
from abilian.sbe.apps.communities.models import Community
from sqlalchemy import or_

from sbe_scim.directory.port import Records
from sbe_scim.directory.sbe import links, roles, rules
from sbe_scim.directory.sbe.links import Kind
from sbe_scim.directory.sbe.rules import EVERYWHERE, Rule, RuleError
from sbe_scim.protocol import default_registry, name_key
from sbe_scim.protocol.values import fold
from sbe_scim.store import resources, sources
from sbe_scim.store.index import key_scope


@dataclass(frozen=True, slots=True)
class Told:
    """A rule as an operator reads it; a ``group`` or ``community`` that is no more has no name."""

    rule: Rule
    group: str | None
    community: str | None


def add(
    session: Any,
    records: Records,
    source: str,
    *,
    group: str | None = None,
    value: str | None = None,
    role: str,
    community: str | None = None,
) -> Rule:
    """Give everybody in ``group`` (its ``displayName`` or ``externalId``), or with ``value`` in ``roles``, a role.

    ``community`` is one by its name, or as in its address. Raises :class:`RuleError`, :class:`UnknownSource`.
    """
    rules.hold(session.connection())
    owner = sources.require(session.connection(), source)
    group_id = None if group is None else _group(session, owner.id, group)
    place = None if community is None else _community(session, community, group_id)
    created = None if place is None else links.created(place)
    wanted = Rule(0, source, group_id, value, role, EVERYWHERE if place is None else place.id, created)
    added = rules.add(session.connection(), wanted)
    known = rules.of_source(session.connection(), source)
    roles.bring(session, records, known, _meant(session, records, added))
    return added


def remove(session: Any, records: Records, number: int) -> Rule:
    """Remove the rule with this number, and revoke what came by it alone.

    Raises :class:`RuleError`, :class:`LastAdministrator`.
    """
    rules.hold(session.connection())
    removed = rules.remove(session.connection(), number)
    if removed.community != EVERYWHERE and roles.community_of(session, removed) is None:
        rules.forget_community(session.connection(), removed.community)
        return removed
    known = rules.of_source(session.connection(), removed.source)
    holders = rules.holders(session.connection(), removed.source, (removed.community,))
    roles.bring(session, records, known, holders)
    return removed


def told(session: Any, records: Records) -> Iterator[Told]:
    """All rules, with names."""
    for rule in rules.everything(session.connection()):
        group = None if rule.group_id is None else records.group(rule.group_id)
        place = None if rule.community == EVERYWHERE else roles.community_of(session, rule)
        yield Told(rule, None if group is None else group.display_name, None if place is None else place.name)


def _group(session: Any, source: int, named: str) -> str:
    (kind,) = (kind for kind in default_registry().resource_types if kind.members is not None)
    connection = session.connection()
    found = resources.get_by_key(connection, source, kind.number, key_scope(kind, source), name_key(named))
    found = found or resources.get_by_external_id(connection, source, kind.number, named)
    if found is None:
        raise RuleError(
            f"the source has no group {named!r} yet (neither displayName nor externalId): a rule means a group that is "
            "there, so that nobody gets a role by making a group of that name; let it arrive, then say this again"
        )
    return found.id


def _community(session: Any, named: str, group_id: str | None) -> Any:
    found = session.query(Community).filter(or_(Community.slug == named, Community.name == named)).all()
    if len(found) != 1:
        raise RuleError(f"{len(found)} communities are called {named!r}; name one as in its address, /communities/…/")
    place = found[0]
    if place.group_id is not None:
        here = None if group_id is None else links.of_resource(session.connection(), Kind.GROUP, group_id)
        if links.row_of(session, Group, here) is not place.group:
            raise RuleError(
                f"community {place.name!r} is linked to group {place.group.name!r} in Abilian SBE: who joins one joins "
                "the other; a rule for it can only be by that group"
            )
    return place


def _meant(session: Any, records: Records, rule: Rule) -> set[str]:
    """Ids of those who have a role by this rule."""
    if rule.group_id is not None:
        return set(records.members_of(rule.group_id))
    everybody = records.roles_of(links.of_source(session.connection(), Kind.USER, rule.source))
    return {user_id for user_id, values in everybody.items() if rule.is_met((), {fold(value) for value in values})}
