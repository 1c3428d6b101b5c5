"""A database that cannot do its work now, as the refusal that a client is sent."""

from __future__ import annotations

import logging

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sbe_scim.protocol import Unavailable
from sbe_scim.store.failures import Trouble, trouble
from sbe_scim.store.file import DatabaseLost

_log = logging.getLogger(__name__)


class Busy(Unavailable):
    """Another try may do."""

    def __init__(self) -> None:
        super().__init__(Trouble.BUSY.value)


class Refusing:
    """Turns the trouble of a database that is down, busy, full or lost into a 503 that says which."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, DatabaseLost):
            _log.error("requests are refused: %s", error.detail)
        if isinstance(error, PoolTimeout):
            raise Busy from None
        found = trouble(error) if isinstance(error, DBAPIError) else None
        if found is Trouble.BUSY:
            raise Busy from None
        if found is not None:
            _log.error("requests are refused: %s", found.value)
            raise Unavailable(found.value) from None
