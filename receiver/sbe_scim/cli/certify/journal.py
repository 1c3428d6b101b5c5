"""The receiver's journal, where its database is at hand."""

from __future__ import annotations

import time

from sqlalchemy.engine import Engine

from sbe_scim.certify import record
from sbe_scim.certify.record import Record
from sbe_scim.certify.run import Run, mark
from sbe_scim.journal import export, search
from sbe_scim.journal.search import Wanted
from sbe_scim.store import sources
from sbe_scim.store.database import reading

#: Rows of reads are written a second late; a loaded server may take longer.
_LATEST = 30.0
_BETWEEN = 0.1


def journal(opened: Engine, source: str, run: Run, last: str | None = None) -> Record:
    """What ``sbe-scim journal export`` prints of a source, once the ``last`` mark is in it: else that of the last step.

    Where that does not come, what there is: the judge says what is missing.
    """
    end = time.monotonic() + _LATEST
    awaited = [mark(run.id, step.module, "end") for step in run.steps if step.ended == "done"][-1:]
    if last is not None:
        awaited = [last]
    while True:
        found = _exported(opened, source)
        there = {row.request_id for row in found.rows}
        if there.issuperset(awaited) or time.monotonic() > end:
            return found
        time.sleep(_BETWEEN)


def _exported(opened: Engine, source: str) -> Record:
    with reading(opened) as connection:
        pages = export.lines(search.each(connection, Wanted(source)), with_names=False)
        head = export.header([sources.require(connection, source)])
        return record.read([head, *(line for page in pages for line in page)])
