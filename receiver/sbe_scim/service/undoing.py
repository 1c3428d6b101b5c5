"""Bring back who went in the latest storm of a source: removed, deactivated or taken out of groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from sbe_scim.directory.port import Directory
from sbe_scim.journal import Arrival, Journal
from sbe_scim.protocol import MemberChange, Projection, ResourceType, ScimError, policy
from sbe_scim.service.calls import Call, Outcome, Target
from sbe_scim.service.documents import parse
from sbe_scim.service.entries import entry
from sbe_scim.service.memberships import Memberships
from sbe_scim.service.registering import registered
from sbe_scim.service.rendering import Renderer
from sbe_scim.service.restoring import RestoreError, restore
from sbe_scim.service.shadow import accounts_of
from sbe_scim.service.unit import Step, Unit
from sbe_scim.store import Source, guards, losses, shadows
from sbe_scim.store.clock import now
from sbe_scim.store.tombstones import Found
from sbe_scim.store.transactions import Transaction, Transactions


class NoStorm(ValueError):
    """Nothing of the source was ever held."""


@dataclass(slots=True)
class Undone:
    """How much is back, and who is not: ids and why."""

    restored: int = 0
    activated: int = 0
    memberships: int = 0
    refused: dict[str, str] = field(default_factory=dict)


def undo(transactions: Transactions, directory: Directory, source: Source, days: int) -> Undone:
    """Bring back who went in the latest storm, and hold what is still to go; each in a transaction of its own.

    Who was deleted is restored as by ``sbe-scim restore``, not more than ``days`` ago. Raises :class:`NoStorm`.
    """
    with transactions.write() as transaction:
        span = guards.hold_again(transaction.connection, source.id, now())
    if span is None:
        raise NoStorm(f"nothing of source {source.name} was ever held, so there is nothing to undo")
    undone = Undone()
    work = _Undoing(transactions, directory, replace(source, storm_limit=None), undone)
    with transactions.read() as transaction:
        kinds = registered(transaction.connection)
        removed = losses.removed(transaction.connection, source.id, span)
    for number, found in removed:
        kind = kinds.by_number(number)
        done = work.attempt(found.id, partial(_restored, directory=directory, kind=kind, found=found, days=days))
        undone.restored += done is not None
        undone.memberships += done or 0
    with transactions.read() as transaction:
        inactive = losses.deactivated(transaction.connection, source.id, span)
    for number, resource_id in inactive:
        kind = kinds.by_number(number)
        done = work.attempt(resource_id, partial(work.activate, kind=kind, resource_id=resource_id))
        undone.activated += done is not None
    with transactions.read() as transaction:
        out = losses.taken_out(transaction.connection, source.id, span)
    for (number, group), members in out.items():
        kind = kinds.by_number(number)
        done = work.attempt(group, partial(work.put_in, kind=kind, group=group, members=members))
        undone.memberships += done or 0
    return undone


def _restored(transaction: Transaction, directory: Directory, kind: ResourceType, found: Found, days: int) -> int:
    return restore(transaction, directory, kind, found, days).memberships


@dataclass(frozen=True, slots=True)
class _Undoing:
    transactions: Transactions
    directory: Directory
    source: Source
    undone: Undone

    def attempt(self, resource_id: str, work: Callable[[Transaction], int]) -> int | None:
        """Do one thing in a transaction; where it is refused that is noted, and everything else goes on."""
        try:
            with self.transactions.write() as transaction:
                return work(transaction)
        except ScimError as error:
            self.undone.refused[resource_id] = error.detail
        except RestoreError as error:
            self.undone.refused[resource_id] = str(error)
        return None

    def activate(self, transaction: Transaction, kind: ResourceType, resource_id: str) -> int:
        """Let somebody in again."""
        unit = self._unit(transaction, kind, resource_id)
        found = unit.get()
        before = parse(found)
        self._finish(unit, unit.change("patch", found, before, before | {"active": True}, ("active",)))
        return 1

    def put_in(self, transaction: Transaction, kind: ResourceType, group: str, members: list[str]) -> int:
        """Put people into a group again."""
        unit = self._unit(transaction, kind, group)
        memberships = Memberships(unit)
        memberships.hold(members)
        found = unit.get()
        wanted = {one: {"value": one} for one in members}
        if memberships.apply(found.pk, found.id, MemberChange(False, wanted, frozenset())):
            before = parse(found)
            self._finish(unit, unit.change("patch", found, before, before, ("members",)))
        return len(members)

    def _unit(self, transaction: Transaction, kind: ResourceType, resource_id: str) -> Unit:
        connection = transaction.connection
        source = shadows.current(connection, self.source, lock=True)
        call = Call(source, policy(source.dialect, source.strictness), Arrival())
        accounts = accounts_of(self.directory, transaction, source)
        target = Target(kind, Projection.parse(None, None, kind), resource_id)
        return Unit(call, target, connection, accounts, Renderer(""), time=now())

    def _finish(self, unit: Unit, step: Step) -> None:
        told = Outcome(200, step.found.id, kind=step.kind, changed=step.changed, effect=step.effect)
        row = entry("undo", unit.call, unit.target.type, unit.told.into(told))
        Journal.write_with(unit.together, row)
        unit.end()
