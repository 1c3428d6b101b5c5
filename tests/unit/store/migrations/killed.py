"""A starter that dies in the middle of a migration: ``python killed.py URL STATEMENT``."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from sqlalchemy import event

from sbe_scim.store import migrate, open_database


def main(database_url: str, statement: int) -> None:
    """Migrate, and end as by ``kill -9`` before the writing statement of this number, counted from 1."""
    engine = open_database(database_url)
    left = statement

    def count(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        nonlocal left
        left -= sql.lstrip().startswith(("CREATE", "INSERT", "DROP", "ALTER", "UPDATE"))
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", count)
    migrate(engine)
    raise SystemExit("the migration has fewer statements than that")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
