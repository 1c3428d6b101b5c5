"""The console: pages for operators, which only read. Rendered here, in French or English, without scripts.

:mod:`~sbe_scim.console.door` lets operators in, :mod:`~sbe_scim.console.reading` reads what
:mod:`~sbe_scim.console.sources` and :mod:`~sbe_scim.console.person` show in the frame of
:mod:`~sbe_scim.console.page`.
"""

from sbe_scim.console.endpoints import ConsoleEndpoints

__all__ = ["ConsoleEndpoints"]
