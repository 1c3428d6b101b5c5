"""The SQLite file that is open: is it still the one that a restart would find?"""

from __future__ import annotations

import os
from pathlib import Path

from sbe_scim.protocol import Unavailable

#: Which file: device and inode.
Identity = tuple[int, int]


class DatabaseLost(Unavailable):
    """The file was deleted or replaced while it was open: what is written now would be gone at the next start."""

    def __init__(self) -> None:
        super().__init__(
            "the file of the database was deleted or replaced while the receiver was running; "
            "stop the receiver, put the file back and start it again"
        )


class OpenFile:
    """A database file and its write-ahead log, as they were when they were opened."""

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        self._log = Path(f"{self._path}-wal")
        self._identity = _identity(self._path)
        self._log_identity: Identity | None = None

    def check(self) -> None:
        """Raise :class:`DatabaseLost` unless the file is where it was, and its log the one that was written to.

        A connection that has written keeps its log in place, so nobody else has a reason to take it away.
        """
        if _identity(self._path) != self._identity:
            raise DatabaseLost
        if self._log_identity is not None and _identity(self._log) != self._log_identity:
            raise DatabaseLost

    def keep_log(self) -> None:
        """Take note of the log that was written to."""
        self._log_identity = _identity(self._log)


def _identity(path: Path) -> Identity | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - several times faster than Path.stat, at every transaction
    except OSError:
        return None
    return found.st_dev, found.st_ino
