"""The journal as lines of JSON, for whoever judges a provider from it elsewhere."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sbe_scim import __version__
from sbe_scim.journal.entry import LISTS
from sbe_scim.journal.reader import Row
from sbe_scim.protocol.json_text import write_json
from sbe_scim.store import Source
from sbe_scim.store.clock import now, to_scim

#: The version of the form; another one where a reader of this one would go wrong.
FORM = 1

_PLAIN = (
    "duration",
    "request_id",
    "source",
    "operation",
    "target_type",
    "target_id",
    "status",
    "scim_type",
    "reason",
)
_NAMES = ("external_id", "name", "mail")
# The only status whose text may quote from a request: the name of an attribute that there is not, a word of a filter.
_QUOTES = 400


def header(sources: Collection[Source]) -> str:
    """The first line: what has written the journal, when it was exported, and which sources there are."""
    known = [{"name": one.name, "dialect": one.dialect, "strictness": one.strictness} for one in sources]
    return _text({"journal": FORM, "receiver": __version__, "exported": to_scim(now()), "sources": known})


def lines(pages: Iterable[Sequence[Row]], *, with_names: bool) -> Iterator[list[str]]:
    """The lines of each page, one of each row.

    Without ``with_names``, whom a refused create was about is left out, and so are texts that may quote what was sent.
    """
    for page in pages:
        yield [_text(_record(row, with_names)) for row in page]


def _record(row: Row, with_names: bool) -> dict[str, Any]:
    record = {"seq": row.seq, "time": to_scim(row.time)} | {name: getattr(row, name) for name in _PLAIN}
    record["detail"] = row.detail if with_names or row.status != _QUOTES else None
    record |= {name: json.loads(getattr(row, name) or "[]") for name in LISTS if name != "features"}
    record |= {"effect": row.effect, "members_added": row.members_added or 0}
    record |= {"members_removed": row.members_removed or 0, "features": json.loads(row.features or "[]")}
    return record | {name: getattr(row, name) for name in _NAMES} if with_names else record


def _text(record: dict[str, Any]) -> str:
    return write_json(record)
