"""Accounts live in an Abilian SBE, written through its own models, in the receiver's transaction.

Importing this package does not need Abilian SBE; making an :class:`SbeDirectory` does.
"""

from sbe_scim.directory.sbe.directory import SbeDirectory
from sbe_scim.directory.sbe.errors import SbeError

__all__ = ["SbeDirectory", "SbeError"]
