"""What a replay came to can be read by everybody, and by programs."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from sbe_scim.certify.replay import Result
from sbe_scim.certify.report.replayed import forms
from sbe_scim.certify.text import LANGUAGES
from tests.unit.certify.pages import check

RESULTS = {
    "rauthy": [
        Result("find", "must", "PASSED"),
        Result("create", "must", "FAILED", ("status 400, not one of [201]", "does not hold: <b>")),
        Result("rename", "should", "FAILED", ("status 204, not one of [200]",)),
        Result("delete", "must", "SKIPPED", ("no former step gave 'id'",)),
    ],
    "ping": [Result("find", "may", "PASSED")],
}
FORMS = forms(RESULTS, "https://scim.example.org/v2")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_accessible(language: str) -> None:
    check(FORMS[f"replay.{language}.html"], language)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("As these providers need them: 2 of 5 answers.", "Failed", "Warning", "Not tested")),
        ("fr", ("Réponses dont ces fournisseurs ont besoin\N{NO-BREAK SPACE}: 2 sur 5.", "Échec", "Avertissement")),
    ],
)
def test_a_page_names_what_is_wrong_and_nothing_else(language: str, words: tuple[str, ...]) -> None:
    page = FORMS[f"replay.{language}.html"]
    assert all(word in page for word in words)
    assert page.count('<th scope="row">') == 3
    assert "does not hold: &lt;b&gt;" in page


def test_a_build_sees_a_failure_only_where_a_client_stops_working() -> None:
    found = {}
    for suite in ET.fromstring(FORMS["replay.xml"]):
        found[suite.get("name")] = {case.get("name"): [part.tag for part in case] for case in suite}
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped", "")) == len(suite.findall("testcase/skipped"))
    assert found == {
        "rauthy": {"find": [], "create": ["failure"], "rename": ["system-out"], "delete": ["skipped"]},
        "ping": {"find": []},
    }


def test_a_program_reads_every_step() -> None:
    told = json.loads(FORMS["replay.json"])
    assert (told["replay"], told["receiver"]) == (1, "https://scim.example.org/v2")
    rauthy, ping = told["clients"]
    assert rauthy["counts"] == {"FAILED": 1, "WARNING": 1, "SKIPPED": 1, "PASSED": 1}
    assert [step["verdict"] for step in rauthy["steps"]] == ["PASSED", "FAILED", "WARNING", "SKIPPED"]
    assert (ping["dialect"], ping["steps"][0]["problems"]) == ("ping", [])
