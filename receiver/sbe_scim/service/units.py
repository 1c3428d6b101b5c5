"""Units of work from beginning to end: opened, committed, and told to the journal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy.exc import DBAPIError, IntegrityError

from sbe_scim.directory.port import Directory
from sbe_scim.journal import Entry, Journal, Named, named
from sbe_scim.protocol import ScimError, Uniqueness
from sbe_scim.service.calls import Call, Outcome, Target
from sbe_scim.service.records import StoredRecords
from sbe_scim.service.rendering import Renderer
from sbe_scim.service.unit import Unit
from sbe_scim.store import resources
from sbe_scim.store.clock import now
from sbe_scim.store.failures import violated, was_given_up
from sbe_scim.store.transactions import Transaction, Transactions

#: An operation that has understood what was sent, and needs a unit to be done in.
Work = Callable[[Unit], Outcome]
#: How often a unit is begun that the database gives up again and again.
_TRIES = 4


class Units:
    """Runs units of work, each with its row in the journal."""

    def __init__(self, transactions: Transactions, directory: Directory, journal: Journal, renderer: Renderer) -> None:
        self._transactions = transactions
        self._directory = directory
        self._journal = journal
        self._renderer = renderer
        self._unique = (*resources.UNIQUE, *directory.unique)

    def run(
        self, operation: str, call: Call, target: Target, understand: Callable[[], Work], created: Any = None
    ) -> Outcome:
        """Do what ``understand`` returns and commit it together with its row in the journal.

        A refusal is an outcome too: nothing of the unit is kept, and the journal has it when this returns; ``created``
        is the body of a create, from which the journal names who was refused. What fails otherwise raises, and leaves
        nothing behind.
        """
        dropped: list[str] = []
        try:
            return self._begin(operation, call, target, understand(), dropped)
        except IntegrityError as error:
            rule = violated(error, self._unique)
            if rule is None:
                raise
            # Two requests for the same value met: both had looked, one was first.
            refusal: ScimError = Uniqueness(rule.taken, reason=rule.reason)
        except ScimError as error:
            refusal = error
        outcome = Outcome(refusal.status, target.id, dropped=tuple(dropped), refusal=refusal)
        about = named(target.type, created) if refusal.status < 500 else None
        self._journal.refuse(_entry(operation, call, target, outcome, about))
        return outcome

    def _begin(self, operation: str, call: Call, target: Target, work: Work, dropped: list[str]) -> Outcome:
        """Do ``work`` in a unit.

        Where the database ends a transaction for another's sake (a deadlock), it is done again in a new unit.
        """
        left = _TRIES
        while True:
            try:
                with self._transactions.write() as transaction:
                    unit = self._unit(transaction, call, target, dropped)
                    return self._finish(operation, unit, work(unit))
            except DBAPIError as error:
                left -= 1
                if left == 0 or not was_given_up(error):
                    raise

    def _unit(self, transaction: Transaction, call: Call, target: Target, dropped: list[str]) -> Unit:
        connection = transaction.connection
        accounts = self._directory.accounts(transaction, StoredRecords(connection))
        dropped.clear()
        return Unit(
            call,
            target,
            connection,
            accounts,
            self._renderer,
            time=now(),
            shared=transaction.shared,
            dropped=dropped,
        )

    def _finish(self, operation: str, unit: Unit, outcome: Outcome) -> Outcome:
        unit.count()
        outcome = replace(outcome, dropped=tuple(unit.dropped))
        self._journal.write(unit.connection, (_entry(operation, unit.call, unit.target, outcome),))
        return outcome


def _entry(operation: str, call: Call, target: Target, outcome: Outcome, about: Named | None = None) -> Entry:
    refusal = outcome.refusal
    return Entry(
        time=call.arrival.time,
        duration=call.arrival.duration,
        request_id=call.arrival.request_id,
        operation=operation,
        status=outcome.status,
        source=call.source.name,
        target_type=target.type.name,
        target_id=outcome.id,
        scim_type=refusal.scim_type if refusal else None,
        detail=refusal.detail if refusal else None,
        dropped=outcome.dropped,
        changed=outcome.changed,
        reason=refusal.reason if refusal else None,
        external_id=about.external_id if about else None,
        name=about.name if about else None,
        mail=about.mail if about else None,
    )
