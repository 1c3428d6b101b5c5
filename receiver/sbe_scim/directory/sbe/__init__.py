"""Accounts live in an Abilian SBE, written through its own models, in the receiver's transaction.

Importing this package does not need Abilian SBE; :func:`open_sbe` does.
"""

from sbe_scim.directory.sbe.directory import SbeDirectory, open_sbe
from sbe_scim.directory.sbe.errors import SbeError
from sbe_scim.directory.sbe.transactions import SbeTransactions

__all__ = ["SbeDirectory", "SbeError", "SbeTransactions", "open_sbe"]
