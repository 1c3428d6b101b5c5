"""Units of work from beginning to end: opened, committed, and told to the journal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError

from sbe_scim.directory.port import Directory
from sbe_scim.journal import Journal
from sbe_scim.protocol import Held, ScimError, Uniqueness
from sbe_scim.service.calls import Call, Outcome, Target
from sbe_scim.service.entries import entry
from sbe_scim.service.rendering import Renderer
from sbe_scim.service.shadow import accounts_of
from sbe_scim.service.told import Told
from sbe_scim.service.unit import Unit
from sbe_scim.store import guards, resources, shadows
from sbe_scim.store.clock import now
from sbe_scim.store.failures import violated, was_given_up
from sbe_scim.store.transactions import Transaction, Transactions

#: An operation that has understood what was sent, and needs a unit to be done in.
Work = Callable[[Unit], Outcome]
Result = TypeVar("Result")

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
        told = Told()

        def done(work: Work, transaction: Transaction) -> Outcome:
            unit = self.unit(transaction, call, target, told)
            outcome = work(unit)
            unit.judge()
            outcome = self.tell(operation, unit, outcome)
            unit.end()
            return outcome

        try:
            return self.commit(partial(done, understand()))
        except (IntegrityError, ScimError) as error:
            return self.refuse(operation, call, target, self.refusal(error), told, created)

    def commit(self, work: Callable[[Transaction], Result]) -> Result:
        """Do ``work`` in a transaction.

        Where the database ends it for another's sake (a deadlock), it is done again in a new one.
        """
        left = _TRIES
        while True:
            try:
                with self._transactions.write() as transaction:
                    return work(transaction)
            except DBAPIError as error:
                left -= 1
                if left == 0 or not was_given_up(error):
                    raise

    def refusal(self, error: IntegrityError | ScimError) -> ScimError:
        """The refusal that an error means; raises it where it means none."""
        if isinstance(error, ScimError):
            return error
        rule = violated(error, self._unique)
        if rule is None:
            raise error
        # Two requests for the same value met: both had looked, one was first.
        return Uniqueness(rule.taken, reason=rule.reason)

    def refuse(
        self,
        operation: str,
        call: Call,
        target: Target,
        refusal: ScimError,
        told: Told,
        created: Any = None,
    ) -> Outcome:
        """Tell the journal of a refusal, and return it as an outcome."""
        outcome = told.into(Outcome(refusal.status, target.id, refusal=refusal))
        row = entry(operation, call, target.type, outcome, created)
        if isinstance(refusal, Held) and self._hold(call, refusal):
            # Its client comes back for as long as it is held.
            self._journal.count(row)
        else:
            self._journal.refuse(row)
        return outcome

    def _hold(self, call: Call, refusal: Held) -> bool:
        """Take note of what is held; tell whether it was before."""
        with self._transactions.write() as transaction:
            return guards.hold(transaction.connection, call.source.id, refusal.resource, now())

    def unit(self, transaction: Transaction, call: Call, target: Target, told: Told) -> Unit:
        """Make a unit in a transaction that is open; ``told``, which may be another try's, is filled as it works."""
        connection = transaction.connection
        if call.source.shadow is not None:
            call = replace(call, source=shadows.current(connection, call.source, lock=True))
        accounts = accounts_of(self._directory, transaction, call.source)
        told.begin()
        return Unit(
            call,
            target,
            connection,
            accounts,
            self._renderer,
            time=now(),
            shared=transaction.shared,
            told=told,
        )

    def tell(self, operation: str, unit: Unit, outcome: Outcome) -> Outcome:
        """Have the journal's row of what a unit has done written at its end."""
        outcome = unit.told.into(outcome)
        self._journal.write_with(unit.together, entry(operation, unit.call, unit.target.type, outcome))
        return outcome
