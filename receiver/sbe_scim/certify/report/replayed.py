"""What a replay came to, as a page, as JSON and as builds read it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any
from xml.etree import ElementTree as ET

from sbe_scim import __version__
from sbe_scim.certify.replay import SEQUENCES, Result
from sbe_scim.certify.report import words
from sbe_scim.certify.report.page import Page
from sbe_scim.certify.text import LANGUAGES, Text
from sbe_scim.certify.verdict import Verdict

#: Another one where a reader of this one would go wrong.
FORM = 1


def verdict(result: Result) -> Verdict:
    """FAILED where the client stops working by it, WARNING where it works with a scar."""
    if result.verdict == "FAILED" and result.severity != "must":
        return Verdict.WARNING
    return Verdict(result.verdict)


def forms(results: Mapping[str, Sequence[Result]], receiver: str) -> Mapping[str, str]:
    """All forms, by the name of the file; ``results`` by sequence, ``receiver`` as it is to be called."""
    pages = {f"replay.{language}.html": _html(results, receiver, language) for language in LANGUAGES}
    return {"replay.json": _json(results, receiver), "replay.xml": _junit(results), **pages}


def _json(results: Mapping[str, Sequence[Result]], receiver: str) -> str:
    clients = [
        {"name": name, "dialect": SEQUENCES[name], "counts": _counts(steps), "steps": [_step(one) for one in steps]}
        for name, steps in results.items()
    ]
    told = {"replay": FORM, "certification": __version__, "receiver": receiver, "clients": clients}
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _step(result: Result) -> Mapping[str, Any]:
    told = {"step": result.step, "severity": result.severity, "verdict": str(verdict(result))}
    return told | {"problems": list(result.problems)}


def _counts(steps: Sequence[Result]) -> Mapping[str, int]:
    found = Counter(map(verdict, steps))
    return {str(one): found[one] for one in _VERDICTS}


def _junit(results: Mapping[str, Sequence[Result]]) -> str:
    suites = ET.Element("testsuites", {"name": "replay"})
    for name, steps in results.items():
        counts = _counts(steps)
        totals = {"tests": len(steps), "failures": counts["FAILED"], "skipped": counts["SKIPPED"]}
        suite = ET.SubElement(suites, "testsuite", {"name": name, **{key: str(one) for key, one in totals.items()}})
        for step in steps:
            case = ET.SubElement(suite, "testcase", {"classname": name, "name": step.step})
            said = "; ".join(step.problems)
            match verdict(step):
                case Verdict.FAILED:
                    ET.SubElement(case, "failure", {"message": said})
                case Verdict.SKIPPED:
                    ET.SubElement(case, "skipped", {"message": said})
                case Verdict.WARNING:
                    ET.SubElement(case, "system-out").text = f"WARNING ({step.severity}): {said}"
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def _html(results: Mapping[str, Sequence[Result]], receiver: str, language: str) -> str:
    return "\n".join(_Page(results, receiver, language).lines()) + "\n"


class _Page(Page):
    def __init__(self, results: Mapping[str, Sequence[Result]], receiver: str, language: str) -> None:
        super().__init__(language)
        self._results = results
        self._receiver = receiver

    def lines(self) -> Iterator[str]:
        steps = [step for found in self._results.values() for step in found]
        counts = _counts(steps)
        worst = next((one for one in _VERDICTS if counts[one]), Verdict.SKIPPED)
        said = _HEADLINE.fill(passed=counts["PASSED"], all=len(steps))
        yield from self._head(_TITLE, self._receiver)
        yield f'<p class="headline {worst}">{self._verdict(worst)} {self._say(said)}</p></header><main>'
        yield from self._facts([(words.RECEIVER, self._receiver), (_CERTIFICATION, __version__)])
        for name, found in self._results.items():
            yield from self._client(name, found)
        yield "</main></body></html>"

    def _client(self, name: str, steps: Sequence[Result]) -> Iterator[str]:
        passed = _PASSED.fill(passed=_counts(steps)["PASSED"], all=len(steps))
        yield f"<section><h2>{escape(name)}</h2><p>{self._say(passed)}</p>"
        wrong = [step for step in steps if verdict(step) is not Verdict.PASSED]
        if wrong:
            yield from self._table(_CAPTION, (_STEP, _SEVERITY, _VERDICT, words.FOUND), map(self._row, wrong))
        yield "</section>"

    def _row(self, step: Result) -> tuple[str, ...]:
        found = escape("; ".join(step.problems))
        return escape(step.step), escape(step.severity), self._verdict(verdict(step)), found


_VERDICTS = (Verdict.FAILED, Verdict.WARNING, Verdict.SKIPPED, Verdict.PASSED)
_TITLE = Text("What a receiver answers to known providers", "Réponses d'un récepteur aux fournisseurs connus")
_HEADLINE = Text(
    "As these providers need them: {passed} of {all} answers.",
    "Réponses dont ces fournisseurs ont besoin : {passed} sur {all}.",
)
_CERTIFICATION = Text("Version of the certification", "Version de la certification")
_PASSED = Text("As they should be: {passed} of {all} answers.", "Réponses conformes : {passed} sur {all}.")
_CAPTION = Text("Answers that are not as they should be", "Réponses qui ne conviennent pas")
_STEP = Text("Request", "Requête")
_SEVERITY = Text("How much it is needed", "Nécessité")
_VERDICT = Text("Verdict", "Verdict")
