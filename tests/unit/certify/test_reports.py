"""Reports can be read by everybody, and by programs."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from sbe_scim.certify.judge import Report, judge
from sbe_scim.certify.modules import MODULES
from sbe_scim.certify.profile import profile
from sbe_scim.certify.report import forms
from sbe_scim.certify.report.document import document
from sbe_scim.certify.run import Ended, Step
from sbe_scim.certify.text import LANGUAGES
from tests.unit.certify.evidence import ANN, marked, record, row, run
from tests.unit.certify.pages import check


def played(*left: str, ended: Ended = "done", failing: str = "") -> Report:
    """Of all modules but those ``left`` out, everything as it should be but for what is ``failing``."""
    rows, steps = [], []
    for number, (name, module) in enumerate(MODULES.items()):
        at = number * 100.0
        wanted = dict.fromkeys(module.wanted, name != failing)
        rows += [
            marked(at, name, "begin"),
            row(at + 1, "search", target_id=None),
            row(at + 2, "create", target_id=None),
        ]
        rows += [row(at + 43, "patch", effect="deactivated"), marked(at + 50, name, "end")]
        if name not in left:
            steps.append(Step(name, ended, wanted, {"ann": ANN}))
    return judge(record(*rows), profile("okta"), MODULES.values(), run(*steps))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("report", [played(), played("L05", failing="L20"), played(ended="interrupted")])
def test_a_page_is_accessible(report: Report, language: str) -> None:
    check(forms(report)[f"report.{language}.html"], language)


def test_no_line_of_french_begins_with_a_colon_or_the_end_of_a_quotation() -> None:
    body = forms(played("L05", failing="L20"))["report.fr.html"].partition("</style>")[2]
    assert "\N{NO-BREAK SPACE}:" in body
    assert re.findall(".{20}(?: [:;!?»]|« )", body) == []


def test_no_verdict_is_told_by_colour_alone() -> None:
    for language, word in (("en", "Failed"), ("fr", "Échec")):
        text = forms(played(failing="L20"))[f"report.{language}.html"]
        assert text.count('class="verdict FAILED"') == text.count(f"</span> {word}</strong>") > 1


def _light(colour: str) -> float:
    """Relative luminance, as WCAG 2.1 has it."""
    digits = colour if len(colour) == 6 else "".join(digit * 2 for digit in colour)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("ink", ["161616", "3a3a3a", "18753c", "716043", "ce0500"])
@pytest.mark.parametrize("paper", ["fff", "f6f6f6", "eee"])
def test_every_ink_of_the_page_can_be_read_on_every_paper(ink: str, paper: str) -> None:
    assert f"#{ink}" in (files("sbe_scim.certify.report") / "page.css").read_text()
    assert (_light(paper) + 0.05) / (_light(ink) + 0.05) >= 4.5


@pytest.mark.parametrize(
    "report", [played(), played("L05"), played(failing="L09"), judge(record(), profile("generic"), MODULES.values())]
)
def test_the_json_is_as_its_schema_says(report: Report) -> None:
    schema = json.loads((files("sbe_scim.certify.report") / "schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    told = json.loads(forms(report)["report.json"])
    jsonschema.validate(told, schema)
    assert told == document(report)


@pytest.mark.parametrize(
    ("report", "english", "french"),
    [
        (
            played(),
            "Certified for AL1. Certified for AL2. Somebody who was blocked was out after 43 s.",
            "Certifié pour le niveau AL1. Certifié pour le niveau AL2. "
            "Une personne bloquée n'avait plus accès après 43 s.",
        ),
        (
            played(failing="L09"),
            "Not certified for AL1: L09 failed. Certified for AL2.",
            "Non certifié pour le niveau AL1 : échec de L09. Certifié pour le niveau AL2.",
        ),
        (
            played("L06"),
            "Certified for AL1. AL2 is not complete. Somebody who was blocked was out after 43 s.",
            "Certifié pour le niveau AL1. Niveau AL2 : incomplet. Une personne bloquée n'avait plus accès après 43 s.",
        ),
        (
            played(failing="L12"),
            "Certified for AL1, warnings: 1. Certified for AL2. Somebody who was blocked was out after 43 s.",
            "Certifié pour le niveau AL1, avertissements : 1. Certifié pour le niveau AL2. "
            "Une personne bloquée n'avait plus accès après 43 s.",
        ),
        (
            judge(record(row(1, "delete", effect="deleted")), profile("generic"), MODULES.values()),
            "Judged by the journal alone.",
            "Jugé sur le journal seul.",
        ),
    ],
)
def test_a_manager_reads_one_line(report: Report, english: str, french: str) -> None:
    assert document(report)["headline"] == {"en": english, "fr": french}
    assert english in forms(report)["report.en.md"]
    assert french in forms(report)["report.fr.md"]


def test_a_build_sees_failures_and_what_was_not_tested() -> None:
    suite = ET.fromstring(forms(played("L05", failing="L20"))["report.xml"])
    assert (suite.get("failures"), suite.get("skipped"), suite.get("errors")) == ("1", "1", "0")
    (failed,) = [case.get("name", "")[:3] for case in suite if case.find("failure") is not None]
    (skipped,) = [case.get("name", "")[:3] for case in suite if case.find("skipped") is not None]
    assert (failed, skipped) == ("L20", "L05")
    assert ET.fromstring(forms(played(ended="interrupted"))["report.xml"]).get("errors") == str(len(MODULES))


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (played(), "SCIM: AL1 + AL2 · 43 s"),
        (played(failing="L20"), "SCIM: AL1 · 43 s"),
        (played("L03", "L09"), "SCIM: not complete"),
        (judge(record(row(1, "search", status=401)), profile("generic"), MODULES.values()), "SCIM: failed"),
    ],
)
def test_a_badge_says_it_in_words(report: Report, said: str) -> None:
    picture = ET.fromstring(forms(report)["badge.svg"])
    assert picture.get("aria-label") == said


def test_what_was_not_tested_is_never_green() -> None:
    report = played("L03")
    assert "18753c" in forms(played())["badge.svg"]
    assert "AL2" not in forms(report)["badge.svg"]
