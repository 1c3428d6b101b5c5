"""Rules, by which groups and values of SCIM's ``roles`` give roles in Abilian SBE, and what people have by them.

A rule gives ``admin`` everywhere, or ``member`` or ``manager`` in one community; a ``manager`` everywhere would be an
administrator by another name. It means a group by its SCIM id: a group that takes the name of another gets nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, text, true
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement

from sbe_scim.directory.sbe.links import batches
from sbe_scim.directory.sbe.tables import given, link, rule
from sbe_scim.protocol.values import fold

ADMIN = "admin"
MEMBER = "member"
MANAGER = "manager"
#: The ``community`` of a role that is not in one.
EVERYWHERE = 0


class RuleError(ValueError):
    """A rule cannot be added or removed; the text says why."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who is in a group (``group_id``, a SCIM id), or has a ``value`` in ``roles``, has a role at one place."""

    id: int
    source: str
    group_id: str | None
    value: str | None
    role: str
    community: int
    community_created: int | None

    def is_met(self, groups: Collection[str], values: Collection[str]) -> bool:
        """Whether somebody in these groups, with these folded values of ``roles``, has the role by this rule."""
        return self.group_id in groups if self.value is None else fold(self.value) in values


@dataclass(frozen=True, slots=True)
class Given:
    """A role that somebody has by rules, and the ``previous`` one, which they had there by hand."""

    role: str
    previous: str | None = None


def settle(wanted: str | None, given: Given | None, present: str | None) -> tuple[str | None, Given | None]:
    """Return which role somebody is to have at one place, and what of it is by rules.

    ``wanted`` is what the rules say, ``given`` what they said last, ``present`` what Abilian SBE says. The higher
    of what the rules and what somebody by hand has given counts.
    """
    by_hand = present
    if given is not None and _rank(present) <= _rank(given.role):
        # Lowered by hand is not given by hand: whoever leaves the group would stay.
        by_hand = None if present is None else given.previous
    if wanted is not None and _rank(wanted) > _rank(by_hand):
        return wanted, Given(wanted, by_hand)
    return by_hand, None


def highest(roles: Iterable[str]) -> str:
    """The role among these that contains the others."""
    return max(roles, key=_rank)


def of_source(connection: Connection, source: str) -> list[Rule]:
    """The rules of a source."""
    return _find(connection, rule.c.source == source)


def everything(connection: Connection) -> list[Rule]:
    """The rules of all sources."""
    return _find(connection, true())


def beside_group(connection: Connection, group_id: str) -> list[Rule]:
    """All rules of the source of a group that a rule means; none where no rule means the group."""
    meant = select(rule.c.source).where(rule.c.group_id == group_id)
    return _find(connection, rule.c.source.in_(meant))


def add(connection: Connection, wanted: Rule) -> Rule:
    """Add a rule, with a number of its own. Raises :class:`RuleError` when it is there or gives what is never given."""
    if wanted.role not in ((ADMIN,) if wanted.community == EVERYWHERE else (MEMBER, MANAGER)):
        raise RuleError(f"{ADMIN} is given everywhere, {MEMBER} and {MANAGER} in a community, and nothing else")
    if any(_means_the_same(one, wanted) for one in of_source(connection, wanted.source)):
        raise RuleError("this rule is there already")
    columns = ("source", "group_id", "value", "role", "community", "community_created")
    connection.execute(insert(rule).values({name: getattr(wanted, name) for name in columns}))
    return max(of_source(connection, wanted.source), key=lambda one: one.id)


def remove(connection: Connection, number: int) -> Rule:
    """Remove the rule with this number and return it. Raises :class:`RuleError` when there is none."""
    found = _find(connection, rule.c.id == number)
    if not found:
        raise RuleError(f"no rule has the number {number}")
    connection.execute(delete(rule).where(rule.c.id == number))
    return found[0]


def hold(connection: Connection) -> None:
    """Have requests that look at rules wait for the commit, and wait for those that have looked."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {rule.name} IN ACCESS EXCLUSIVE MODE"))


def given_to(connection: Connection, user_ids: Collection[str]) -> dict[tuple[str, int], Given]:
    """What people have by rules, by SCIM id and community."""
    found: dict[tuple[str, int], Given] = {}
    columns = select(given.c.user_id, given.c.community, given.c.role, given.c.previous)
    for ids in batches(user_ids):
        rows = connection.execute(columns.where(given.c.user_id.in_(ids)))
        found.update(((row[0], row[1]), Given(row[2], row[3])) for row in rows)
    return found


def holders(connection: Connection, source: str, communities: Collection[int]) -> list[str]:
    """SCIM ids of those of a source who have a role by rules in one of these communities, or ``EVERYWHERE``."""
    of_source = given.join(link, link.c.resource_id == given.c.user_id)
    found = select(given.c.user_id).select_from(of_source).where(link.c.source == source)
    return [row[0] for row in connection.execute(found.where(given.c.community.in_(communities)).distinct())]


def note(connection: Connection, user_id: str, community: int, what: Given | None) -> None:
    """Keep what somebody has by rules at one place."""
    connection.execute(delete(given).where(given.c.user_id == user_id, given.c.community == community))
    if what is not None:
        here = {"user_id": user_id, "community": community}
        connection.execute(insert(given).values(**here, role=what.role, previous=what.previous))


def forget_person(connection: Connection, user_id: str) -> None:
    """Forget what somebody has by rules."""
    connection.execute(delete(given).where(given.c.user_id == user_id))


def forget_community(connection: Connection, community: int) -> None:
    """Forget what people have by rules in a community."""
    connection.execute(delete(given).where(given.c.community == community))


def _find(connection: Connection, condition: ColumnElement[bool]) -> list[Rule]:
    columns = select(
        rule.c.id,
        rule.c.source,
        rule.c.group_id,
        rule.c.value,
        rule.c.role,
        rule.c.community,
        rule.c.community_created,
    ).order_by(rule.c.id)
    rows = connection.execute(columns.where(condition))
    return [Rule(*row) for row in rows]


def _means_the_same(one: Rule, other: Rule) -> bool:
    names = ("group_id", "role", "community", "community_created")
    same_value = (one.value and fold(one.value)) == (other.value and fold(other.value))
    return same_value and all(getattr(one, name) == getattr(other, name) for name in names)


def _rank(role: str | None) -> int:
    return 0 if role is None else 2 if role in (ADMIN, MANAGER) else 1
