"""Let a source out of shadow mode: its directory is told of all that was recorded, one resource at a time.

From the first moment on the source is live: what it sends meanwhile reaches the directory, by which whoever is sent is
told of too. So nobody is told of twice, and what was cut short is gone on with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from sbe_scim.directory.port import Accounts, Directory
from sbe_scim.journal import Arrival, Journal
from sbe_scim.protocol import Projection, ResourceType, ScimError, default_registry, policy
from sbe_scim.service.calls import Call, Outcome, Target
from sbe_scim.service.documents import directory_group, directory_user, parse
from sbe_scim.service.records import StoredRecords
from sbe_scim.service.registering import registered
from sbe_scim.service.rendering import Renderer
from sbe_scim.service.unit import Unit
from sbe_scim.service.units import Units
from sbe_scim.store import Source, resources, shadows
from sbe_scim.store.resources import Resource
from sbe_scim.store.shadows import Conflict
from sbe_scim.store.transactions import Transactions


class StillTaken(ValueError):
    """Others have names, addresses or unique values of some whom the source has; it stays in shadow mode."""

    def __init__(self, found: list[Conflict]) -> None:
        super().__init__(f"names, addresses or unique values of {len(found)} are taken")
        self.found = found


class NothingToDo(Exception):
    """The directory is not to be told of a resource."""


@dataclass(slots=True)
class Applied:
    """What became of what was recorded: how many by type and effect, and whom the directory refuses."""

    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: list[tuple[ResourceType, Resource, ScimError]] = field(default_factory=list)


def go_live(transactions: Transactions, directory: Directory, name: str) -> Applied:
    """Let the source of this name out of shadow mode, or go on where that was cut short.

    As long as somebody is refused it can be done again. Raises :class:`StillTaken`, and
    :class:`~sbe_scim.store.sources.SourceError` for a source that is not in shadow mode.
    """
    with transactions.write() as transaction:
        source = shadows.leaving(transaction.connection, name)
        if source.shadow is not None:
            kinds = registered(transaction.connection).resource_types
            source, found = shadows.leave(transaction.connection, source, kinds)
            if found:
                raise StillTaken(found)
    applied = Applied()
    units = Units(transactions, directory, Journal(transactions), Renderer(""))
    kinds = default_registry().resource_types
    # Looked for before the people in them are told of, who bring their groups with them.
    groups = [(kind, one) for kind in kinds if kind.members for one in _untold(transactions, directory, source, kind)]
    people = (
        (kind, one) for kind in kinds if not kind.members for one in _untold(transactions, directory, source, kind)
    )
    for kind, resource in chain(people, groups):
        try:
            outcome = _tell(units, source, kind, resource)
        except NothingToDo:
            continue
        if outcome.refusal is not None:
            applied.refused.append((kind, resource, outcome.refusal))
        else:
            applied.done[kind.name, str(outcome.effect)] += 1
    if not applied.refused:
        with transactions.write() as transaction:
            shadows.applied(transaction.connection, source)
    return applied


def bring(accounts: Accounts, source: str, kind: ResourceType, found: Resource) -> str:
    """Tell the directory of a resource that it does not know, and return what that did: its effect.

    Raises :class:`NothingToDo` for somebody inactive, unless an account is there that was made by hand and is the
    source's from now on: that one is closed.
    """
    if kind.members is not None:
        adopted = accounts.group_saved(directory_group(found.id, source, parse(found)))
        return "adopted" if adopted else "created"
    adopted = accounts.user_saved(directory_user(found.id, source, parse(found)))
    if found.active:
        return "adopted" if adopted else "created"
    if not adopted:
        raise NothingToDo
    return "deactivated"


def _untold(transactions: Transactions, directory: Directory, source: Source, kind: ResourceType) -> Iterator[Resource]:
    after = 0
    while True:
        with transactions.write() as transaction:
            batch = resources.following(transaction.connection, source.id, kind.number, after)
            accounts = directory.accounts(transaction, StoredRecords(transaction.connection))
            unknown = set(accounts.unknown([one.id for one in batch]))
        if not batch:
            return
        yield from (one for one in batch if one.id in unknown)
        after = batch[-1].pk


def _tell(units: Units, source: Source, kind: ResourceType, resource: Resource) -> Outcome:
    def work(unit: Unit) -> Outcome:
        found = resources.get(unit.connection, source.id, kind.number, resource.id, lock=True)
        if found is None or (kind.members is None and found.id not in unit.accounts.unknown((found.id,))):
            # It was deleted, or told of by a request, meanwhile.
            raise NothingToDo
        effect = bring(unit.accounts, source.name, kind, found)
        if effect == "deactivated":
            unit.lose(found.pk, 1)
        if kind.members is not None and (members := StoredRecords(unit.connection).members_of(found.id)):
            unit.accounts.members_changed(found.id, members, ())
            unit.told.joined = len(members)
        return Outcome(200, found.id, found.version, effect=effect)

    call = Call(source, policy(source.dialect, source.strictness), Arrival())
    target = Target(kind, Projection.parse(None, None, kind), resource.id)
    return units.run("apply", call, target, lambda: work)
