"""The directory that is an Abilian SBE."""

from __future__ import annotations

from sbe_scim.directory.port import Accounts, Records
from sbe_scim.directory.sbe import host, tables
from sbe_scim.directory.sbe.transactions import SbeTransaction, SbeTransactions
from sbe_scim.directory.sbe.unique import RULES
from sbe_scim.store.failures import UniqueRule
from sbe_scim.store.transactions import Transaction


class SbeDirectory:
    """Accounts in Abilian SBE, written through its models. Made by :func:`open_sbe`."""

    @property
    def unique(self) -> tuple[UniqueRule, ...]:
        """An address belongs to one account, an account to one resource."""
        return RULES

    def accounts(self, transaction: Transaction, records: Records) -> Accounts:
        """Accounts in the session of ``transaction``, which must be one of Abilian SBE's that writes."""
        if not isinstance(transaction, SbeTransaction) or transaction.session is None:
            raise TypeError("accounts of Abilian SBE are changed in a transaction of its own session")
        from sbe_scim.directory.sbe.session import SbeAccounts

        return SbeAccounts(transaction.session, records)


def open_sbe() -> tuple[SbeTransactions, SbeDirectory]:
    """Start the Abilian SBE whose virtualenv and variables this process shares; create the tables beside its own.

    Raises :class:`SbeError`.
    """
    transactions = SbeTransactions(host.start())
    with transactions.write() as transaction:
        tables.create(transaction.connection)
    return transactions, SbeDirectory()
