"""The report in one line."""

from __future__ import annotations

from sbe_scim.certify.judge import Report
from sbe_scim.certify.module import Level
from sbe_scim.certify.text import Text, seconds
from sbe_scim.certify.verdict import Verdict


def headline(report: Report) -> Text:
    """For which levels it is certified, and how long a leaver took."""
    parts = [_level(report, "AL1"), _level(report, "AL2")]
    if report.run is None:
        parts = [_ALONE, *(_failed(report, level) for level in ("AL1", "AL2") if _ids(report, level))]
    if report.delay is not None:
        parts.append(_DELAY.fill(time=seconds(report.delay)))
    return Text(" ".join(part.en for part in parts), " ".join(part.fr for part in parts))


def _level(report: Report, level: Level) -> Text:
    match report.level(level):
        case Verdict.PASSED:
            return _CERTIFIED.fill(level=level)
        case Verdict.WARNING:
            warned = [one for one in report.results if one.module.level == level]
            count = sum(one.works.verdict is Verdict.WARNING for one in warned)
            return _WARNED.fill(level=level, count=count)
        case Verdict.FAILED:
            return _failed(report, level)
    return _OPEN.fill(level=level)


def _failed(report: Report, level: Level) -> Text:
    return _FAILED.fill(level=level, ids=", ".join(_ids(report, level)))


def _ids(report: Report, level: Level) -> list[str]:
    return [
        one.module.id for one in report.results if one.module.level == level and one.works.verdict is Verdict.FAILED
    ]


_CERTIFIED = Text("Certified for {level}.", "Certifié pour le niveau {level}.")
_WARNED = Text(
    "Certified for {level}, warnings: {count}.", "Certifié pour le niveau {level}, avertissements : {count}."
)
_FAILED = Text("Not certified for {level}: {ids} failed.", "Non certifié pour le niveau {level} : échec de {ids}.")
_OPEN = Text("{level} is not complete.", "Niveau {level} : incomplet.")
_ALONE = Text("Judged by the journal alone.", "Jugé sur le journal seul.")
_DELAY = Text("Somebody who was blocked was out after {time}.", "Une personne bloquée n'avait plus accès après {time}.")
