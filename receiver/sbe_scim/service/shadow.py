"""Sources in shadow mode: which accounts an operation changes, and what an operator is warned of."""

from __future__ import annotations

from sbe_scim.commandline import command
from sbe_scim.directory.port import Accounts, Directory
from sbe_scim.directory.shadow import ShadowAccounts
from sbe_scim.service.records import StoredRecords
from sbe_scim.store import Source
from sbe_scim.store.clock import to_text
from sbe_scim.store.transactions import Transaction


def accounts_of(directory: Directory, transaction: Transaction, source: Source) -> Accounts:
    """Return the accounts of a source, which is as it is now (:func:`sbe_scim.store.shadows.current`)."""
    if source.shadow is not None:
        return ShadowAccounts.of(directory, transaction)
    return directory.accounts(transaction, StoredRecords(transaction.connection))


def warning(source: Source) -> str | None:
    """What is to be warned of: that nothing of a source is applied, or not all."""
    if source.shadow is not None:
        report = command("source", "shadow-report", name=source.name)
        return f"source {source.name} is in shadow mode since {to_text(source.shadow)}: nothing is applied ({report})"
    if source.applying is not None:
        line = command("source", "set", "--live", name=source.name)
        return f"source {source.name} is live, but not all that it recorded in shadow mode is applied yet: {line}"
    return None
