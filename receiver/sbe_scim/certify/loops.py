"""Whether a provider that is refused asks the same again without end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sbe_scim.certify.module import Module, Scene, judge_facts
from sbe_scim.certify.record import Row
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Finding, Verdict

#: So many creates of one person may be refused.
MOST = 3
_REASONS = frozenset({"name_taken", "mail_taken", "external_id_taken", "value_taken", "account_taken"})
_LOOP = Text(
    "The same create was refused {count} times within a minute.",
    "La même création a été refusée {count} fois en une minute.",
)
_MINUTE = 60_000_000


def judge_no_loop(module: Module, scene: Scene) -> Finding:
    """As the facts say, and FAILED where creates were refused again and again."""
    found = judge_facts(module, scene)
    count = _refused(scene.rows)
    return Finding(Verdict.FAILED, (*found.notes, _LOOP.fill(count=count))) if count > MOST else found


def repeated(rows: Sequence[Row], _: Mapping[str, float]) -> Finding | None:
    """A journal alone shows loops, and never that there are none."""
    minutes = Counter(row.time // _MINUTE for row in rows if _is_refused(row))
    worst = max(minutes.values(), default=0)
    return Finding(Verdict.REVIEW, (_LOOP.fill(count=worst),)) if worst > MOST * MOST else None


def _refused(rows: Sequence[Row]) -> int:
    return sum(map(_is_refused, rows))


def _is_refused(row: Row) -> bool:
    return row.operation == "create" and row.status == 409 and (row.reason or "name_taken") in _REASONS
