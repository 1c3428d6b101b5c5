"""The report as JSON; ``schema.json`` says what is in it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sbe_scim import __version__
from sbe_scim.certify.judge import INTEROP, Report, Result
from sbe_scim.certify.module import Level
from sbe_scim.certify.record import moment
from sbe_scim.certify.report.headline import headline
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Verdict

#: Another one where a reader of this one would go wrong.
FORM = 1
LEVELS: tuple[Level, ...] = ("AL1", "AL2")

Document = Mapping[str, Any]


def document(report: Report) -> Document:
    """Everything that is told, in an order that is always the same."""
    run = report.run
    counts = Counter(report.verdicts)
    return {
        "report": FORM,
        "certification": __version__,
        "receiver": report.record.receiver,
        "profile": {"name": report.profile.name, "title": _both(report.profile.title)},
        "run": None
        if run is None
        else {
            "id": run.id,
            "leg": run.leg,
            "provider": run.provider,
            "version": run.version,
            "source": run.source,
            "waits": dict(sorted(run.waits.items())),
        },
        "judged": moment(report.record.rows[-1].time) if report.record.rows else None,
        "verdict": str(_whole(counts)),
        "headline": _both(headline(report)),
        "levels": {level: str(report.level(level)) for level in LEVELS},
        "interop": INTEROP,
        "delay": report.delay,
        "counts": {str(verdict): counts[verdict] for verdict in Verdict},
        "modules": [_module(result) for result in report.results],
        "requests": dict(report.card),
    }


def text(told: Document) -> str:
    """The document as it is kept."""
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _whole(counts: Counter[Verdict]) -> Verdict:
    """What all come to: the worst, but that what was not played makes nothing worse where something passed."""
    for verdict in (Verdict.FAILED, Verdict.INTERRUPTED, Verdict.REVIEW, Verdict.WARNING, Verdict.PASSED):
        if counts[verdict]:
            return verdict
    return Verdict.INTERRUPTED


def _module(result: Result) -> Mapping[str, Any]:
    module, works = result.module, result.works
    return {
        "id": module.id,
        "name": module.name,
        "level": module.level,
        "title": _both(module.title),
        "why": _both(module.why),
        "references": list(module.references),
        "works": str(works.verdict),
        "notes": [_both(note) for note in works.notes],
        "delay": works.delay,
        "conforms": str(result.conforms),
        "departures": list(result.departures),
        "remedy": None if result.remedy is None else _both(result.remedy),
    }


def _both(said: Text) -> Mapping[str, str]:
    return said._asdict()
