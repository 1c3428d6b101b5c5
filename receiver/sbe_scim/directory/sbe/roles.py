"""What rules give: roles of people everywhere and in communities, through Abilian SBE's own models.

Whoever a change touches is looked at as a whole: what their groups and ``roles`` give them by all rules of their
source, what they have by rules already, and what they have. So it does not matter how a membership began or ended, and
a role that two groups give goes with the last of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from abilian.sbe.apps.communities.models import Community
from abilian.sbe.apps.communities.models import Membership as Member
from abilian.services import security_service
from abilian.services.security.models import RoleAssignment
from sqlalchemy import select

from sbe_scim.directory.port import DirectoryUser, Records
from sbe_scim.directory.sbe import accounts, administrators, links, rules
from sbe_scim.directory.sbe.patches import forget_synchronisation
from sbe_scim.directory.sbe.rules import ADMIN, EVERYWHERE, Given, Rule, settle
from sbe_scim.protocol.values import fold


@dataclass(frozen=True, slots=True)
class _Place:
    """A role of somebody in a community, or everywhere: which it is (``has``), and which it is to be (``role``).

    ``number`` is that of the community, or ``EVERYWHERE``; ``had`` is by rules so far, ``by_rules`` from now on.
    """

    user_id: str
    account: Any
    number: int
    community: Any
    has: str | None
    role: str | None
    had: Given | None
    by_rules: Given | None


def members_changed(session: Any, records: Records, group_id: str, user_ids: Collection[str]) -> None:
    """Follow a change of membership. Raises :class:`LastAdministrator`."""
    known = rules.beside_group(session.connection(), group_id)
    if known:
        bring(session, records, known, user_ids)


def user_saved(session: Any, records: Records, user: DirectoryUser, *, new: bool, joined: bool) -> None:
    """Follow a change of somebody's ``roles``, or give what they are to have to a ``new`` account.

    ``joined``: it has groups. Raises :class:`LastAdministrator`.
    """
    if new and not joined and not user.document.get("roles"):
        return
    known = rules.of_source(session.connection(), user.source)
    if joined or any(rule.value is not None for rule in known):
        bring(session, records, known, (user.id,))


def user_removed(session: Any, user_id: str) -> None:
    """Forget somebody whose account is closed, and has nothing any more."""
    rules.forget_person(session.connection(), user_id)


def group_removed(session: Any, records: Records, group_id: str) -> None:
    """Revoke what came by a group that is no more. Raises :class:`LastAdministrator`."""
    known = rules.beside_group(session.connection(), group_id)
    places = {rule.community for rule in known if rule.group_id == group_id}
    if places:
        bring(session, records, known, rules.holders(session.connection(), known[0].source, places))


def person_released(session: Any, records: Records, user_id: str) -> None:
    """Revoke what somebody has by rules, who is to be one of those made by hand. Raises :class:`LastAdministrator`."""
    bring(session, records, (), (user_id,))


def bring(session: Any, records: Records, known: Collection[Rule], user_ids: Collection[str]) -> None:
    """Bring people of one source, whose rules are ``known``, to what these give them.

    Who has no account is left out. Raises :class:`LastAdministrator`.
    """
    for ids in links.batches(sorted(user_ids)):
        # Two groups of one person may change at the same time.
        links.hold(session.connection(), ids)
        _settle(session, _places(session, records, known, ids))


def differing(
    session: Any, records: Records, known: Collection[Rule], user_ids: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Where people of one source have not the role that :func:`bring` would leave them: ``admin``, ``community NAME``.

    By SCIM id; who has it everywhere, or has no account, is left out.
    """
    found: dict[str, tuple[str, ...]] = {}
    for ids in links.batches(sorted(user_ids)):
        for place in _places(session, records, known, ids):
            if place.role != place.has:
                name = ADMIN if place.number == EVERYWHERE else f"community {place.community.name}"
                found[place.user_id] = (*found.get(place.user_id, ()), name)
    return found


def by_rules(session: Any, records: Records, source: str, user_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """What the rules of a source give these people, also where they have no account: ``admin``, ``manager of NAME``."""
    known = rules.of_source(session.connection(), source)
    communities: dict[int, Any] = {
        rule.community: community_of(session, rule) for rule in known if rule.community != EVERYWHERE
    }
    found: dict[str, tuple[str, ...]] = {}
    for (user_id, community), role in sorted(_wanted(records, known, communities, sorted(user_ids)).items()):
        told = role if community == EVERYWHERE else f"{role} of {communities[community].name}"
        found[user_id] = (*found.get(user_id, ()), told)
    return found


def community_of(session: Any, rule: Rule) -> Any | None:
    """The community that a rule means, unless somebody has deleted it."""
    row = session.get(Community, rule.community)
    return row if row is not None and links.created(row) == rule.community_created else None


def _wanted(
    records: Records, known: Collection[Rule], communities: Mapping[int, Any], ids: list[str]
) -> dict[tuple[str, int], str]:
    groups: dict[str, set[str]] = {}
    for group_id, user_id in records.memberships({rule.group_id for rule in known if rule.group_id}, ids):
        groups.setdefault(user_id, set()).add(group_id)
    by_value = any(rule.value is not None for rule in known)
    values = records.roles_of(ids) if by_value else {}
    wanted: dict[tuple[str, int], list[str]] = {}
    for user_id in ids:
        folded = {fold(value) for value in values.get(user_id, ())}
        for rule in known:
            there = rule.community == EVERYWHERE or communities[rule.community] is not None
            if there and rule.is_met(groups.get(user_id, ()), folded):
                wanted.setdefault((user_id, rule.community), []).append(rule.role)
    return {place: rules.highest(roles) for place, roles in wanted.items()}


def _places(session: Any, records: Records, known: Collection[Rule], ids: list[str]) -> list[_Place]:
    """What these people are to have, wherever they have something by rules or are to have it."""
    communities = {rule.community: community_of(session, rule) for rule in known if rule.community != EVERYWHERE}
    wanted = _wanted(records, known, communities, ids)
    given = rules.given_to(session.connection(), ids)
    people = accounts.of_resources(session, ids) if wanted or given else {}
    keys = sorted(key for key in wanted.keys() | given.keys() if key[0] in people)
    gone = {community for community, row in communities.items() if row is None}
    present = _present(session, people.values(), {community for _, community in keys} - gone)
    places = []
    for user_id, community in keys:
        account, had = people[user_id], given.get((user_id, community))
        has = present.get((account.id, community))
        role, by_rules = settle(wanted.get((user_id, community)), had, has)
        here = communities[community] if community in communities else _community(session, community)
        places.append(_Place(user_id, account, community, here, has, role, had, by_rules))
    return places


def _settle(session: Any, places: Collection[_Place]) -> None:
    for place in places:
        if place.by_rules != place.had:
            rules.note(session.connection(), place.user_id, place.number, place.by_rules)
    changes = [place for place in places if place.role != place.has]
    losing = {place.account.id for place in changes if place.number == EVERYWHERE and place.role is None}
    with administrators.kept(session, losing):
        for place in changes:
            if place.number == EVERYWHERE:
                change = security_service.ungrant_role if place.role is None else security_service.grant_role
                change(place.account, ADMIN)
            else:
                _join(place.community, place.account, place.role)
            session.flush()


def _community(session: Any, number: int) -> Any:
    return None if number == EVERYWHERE else session.get(Community, number)


def _join(community: Any, account: Any, role: str | None) -> None:
    forget_synchronisation(account)
    if role is None:
        community.remove_membership(account)
    else:
        community.set_membership(account, role)


def _present(session: Any, people: Iterable[Any], communities: Collection[int]) -> dict[tuple[int, int], str]:
    ids = [account.id for account in people]
    found: dict[tuple[int, int], str] = {}
    if EVERYWHERE in communities:
        administrator = (RoleAssignment.role == ADMIN, RoleAssignment.object_id.is_(None))
        rows = session.execute(select(RoleAssignment.user_id).where(RoleAssignment.user_id.in_(ids), *administrator))
        found.update({(row[0], EVERYWHERE): ADMIN for row in rows})
    if any(community != EVERYWHERE for community in communities):
        columns = select(Member.user_id, Member.community_id, Member.role)
        rows = session.execute(columns.where(Member.user_id.in_(ids), Member.community_id.in_(communities)))
        found.update({(row[0], row[1]): str(row[2]) for row in rows})
    return found
