"""The judge is a function: evidence in, report out."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from sbe_scim.certify import record as records
from sbe_scim.certify import run as runs
from sbe_scim.certify.judge import PAST, Report, judge
from sbe_scim.certify.modules import MODULES
from sbe_scim.certify.profile import profile
from sbe_scim.certify.report import forms
from sbe_scim.certify.run import Asked, Step
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Finding, Verdict, exit_code
from sbe_scim.certify.without import WITHOUT
from tests.unit.certify.evidence import ANN, RUN, SECOND, START, marked, record, row, run

GENERIC = profile("generic")
OUT = row(41, effect="deactivated")


def leaver(*rows: Any, **facts: bool) -> Report:
    """Of a module that blocks Ann, begun at once and ended after 400 seconds."""
    step = Step("L09", "done", facts, {"ann": ANN})
    evidence = record(marked(0, "L09", "begin"), *rows, marked(400, "L09", "end"))
    return judge(evidence, GENERIC, [MODULES["L09"]], run(step))


def test_the_time_of_a_leaver_is_the_journals() -> None:
    report = leaver(row(1, "search", target_id=None), OUT, row(50, effect="nothing"), out=True)
    assert report.verdicts == (Verdict.PASSED,)
    assert report.delay == 41 * SECOND
    assert report.results[0].works.notes == (Text("Out after 41 s.", "Accès retiré après 41 s."),)


def test_a_leaver_after_five_minutes_is_a_warning_with_the_time() -> None:
    report = leaver(row(310, effect="deactivated"), out=True)
    assert report.verdicts == (Verdict.WARNING,)
    assert report.delay == 310 * SECOND


def test_somebody_elses_end_is_nobodys_time() -> None:
    assert leaver(row(2, effect="deactivated", target_id="other"), out=True).delay is None


def test_what_was_not_seen_failed_whatever_the_journal_says() -> None:
    assert leaver(OUT, out=False).verdicts == (Verdict.FAILED,)
    assert leaver(OUT).verdicts == (Verdict.FAILED,)


def test_a_module_that_saw_no_request_is_never_passed() -> None:
    assert leaver(out=True).verdicts == (Verdict.INTERRUPTED,)
    before, after = row(-1, effect="deactivated"), row(401, effect="deactivated")
    assert leaver(before, after, out=True).verdicts == (Verdict.INTERRUPTED,)


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("rows", [(), (marked(1, "made", "user"),)])
def test_no_module_passes_without_a_request_of_the_provider(module: str, rows: Any) -> None:
    every = dict.fromkeys(MODULES[module].wanted, True)
    evidence = record(marked(0, module, "begin"), *rows, marked(9, module, "end"))
    report = judge(evidence, GENERIC, [MODULES[module]], run(Step(module, "done", every)))
    assert report.verdicts[0] in (Verdict.INTERRUPTED, Verdict.FAILED)
    alone = judge(record(*rows), GENERIC, [MODULES[module]])
    assert alone.verdicts[0] is not Verdict.PASSED


@pytest.mark.parametrize(
    ("ended", "verdict"),
    [
        ("unable", Verdict.SKIPPED),
        ("unready", Verdict.SKIPPED),
        ("refused", Verdict.INTERRUPTED),
        ("interrupted", Verdict.INTERRUPTED),
    ],
)
def test_a_module_that_was_not_played_to_its_end_is_never_green(ended: Any, verdict: Verdict) -> None:
    evidence = record(marked(0, "L09", "begin"), OUT, marked(400, "L09", "end"))
    report = judge(evidence, GENERIC, [MODULES["L09"]], run(Step("L09", ended, {"out": True}, {"ann": ANN})))
    assert report.verdicts == (verdict,)
    assert report.level("AL1") is Verdict.INTERRUPTED


def test_what_was_lacking_is_said_unless_the_profile_knows_why() -> None:
    step = Step("L22", "unable", lacking=("faults", "restart"))
    (result,) = judge(record(OUT), GENERIC, [MODULES["L22"]], run(step)).results
    assert result.works == Finding(Verdict.SKIPPED, (WITHOUT["faults"], WITHOUT["restart"]))
    (result,) = judge(record(OUT), profile("okta"), [MODULES["L22"]], run(step)).results
    assert result.works.notes == (profile("okta").missing["L22"],)


def test_a_module_whose_marks_the_journal_lacks_is_not_complete() -> None:
    step = Step("L09", "done", {"out": True}, {"ann": ANN})
    report = judge(record(marked(0, "L09", "begin"), OUT), GENERIC, [MODULES["L09"]], run(step))
    assert report.verdicts == (Verdict.INTERRUPTED,)


def test_other_sources_are_not_judged() -> None:
    assert leaver(replace(OUT, source="other"), out=True).verdicts == (Verdict.INTERRUPTED,)


def test_a_known_departure_is_a_warning_and_names_its_remedy() -> None:
    entra = profile("entra")
    step = Step("L12", "done", {"out": False, "gone": False}, {"ann": ANN})
    evidence = record(marked(0, "L12", "begin"), row(1), marked(9, "L12", "end"))
    (result,) = judge(evidence, entra, [MODULES["L12"]], run(step)).results
    assert result.works.verdict is Verdict.WARNING
    assert entra.departures["L12"] in result.works.notes
    failed = judge(evidence, profile("okta"), [MODULES["L09"]], run(replace(step, module="L09")))
    assert failed.results[0].remedy is None
    evidence = record(marked(0, "L09", "begin"), row(1), marked(9, "L09", "end"))
    failed = judge(evidence, profile("okta"), [MODULES["L09"]], run(replace(step, module="L09")))
    assert failed.results[0].remedy == profile("okta").remedies["L09"]


def test_what_departs_from_interop_works_all_the_same() -> None:
    report = leaver(replace(OUT, features=("member_list",), dropped=("nickName",)), out=True)
    assert report.verdicts == (Verdict.PASSED,)
    assert report.results[0].conforms is Verdict.WARNING
    assert report.results[0].departures == ("member_list", "put", "unknown-attribute")
    assert leaver(replace(OUT, operation="patch"), out=True).results[0].conforms is Verdict.PASSED


def throttled(*asked: int, **facts: bool) -> Report:
    met = tuple(Asked(after, "PUT", 429) for after in asked)
    step = Step("L26", "done", facts, {"ann": ANN}, met)
    evidence = record(marked(0, "L26", "begin"), row(31), marked(40, "L26", "end"))
    return judge(evidence, GENERIC, [MODULES["L26"]], run(step))


def test_who_asks_again_before_the_time_fails() -> None:
    assert throttled(5, met=True, arrived=True).verdicts == (Verdict.PASSED,)
    assert throttled(5, 30_000, met=True, arrived=True).verdicts == (Verdict.PASSED,)
    early = throttled(5, 700, met=True, arrived=True)
    assert early.verdicts == (Verdict.FAILED,)
    assert early.results[0].works.notes[0].fr == "Requêtes avant la fin du délai demandé (Retry-After) : 1."
    assert throttled(5, met=True, arrived=False).verdicts == (Verdict.FAILED,)
    assert throttled(met=False, arrived=True).verdicts == (Verdict.REVIEW,)


def test_the_same_create_again_and_again_fails() -> None:
    refused = [row(1 + number, "create", status=409, reason="name_taken", target_id=None) for number in range(4)]
    step = Step("L13", "done", {"there": True})
    for rows, verdict in ((refused, Verdict.FAILED), (refused[:3], Verdict.PASSED)):
        evidence = record(marked(0, "L13", "begin"), *rows, row(8, "create"), marked(9, "L13", "end"))
        assert judge(evidence, GENERIC, [MODULES["L13"]], run(step)).verdicts == (verdict,)


@pytest.mark.parametrize(
    ("rows", "verdict"),
    [
        ((row(1, "search", target_id=None), row(2, "create", status=201)), Verdict.PASSED),
        ((row(1, "create", status=409, target_id=None), row(2, "search", target_id=None)), Verdict.PASSED),
        ((row(1, "create", status=409, target_id=None), row(2, "create", status=201)), Verdict.WARNING),
        ((row(1, "create", status=201), row(2, "get")), Verdict.WARNING),
        ((row(1, "search", target_id=None),), Verdict.FAILED),
    ],
)
def test_who_is_there_already_is_looked_for_before_the_create_or_once_it_is_refused(
    rows: tuple[Any, ...], verdict: Verdict
) -> None:
    facts = run(Step("L02", "done"))
    evidence = record(marked(0, "L02", "begin"), *rows, marked(9, "L02", "end"))
    assert judge(evidence, GENERIC, [MODULES["L02"]], facts).verdicts == (verdict,)


def test_writes_while_nothing_happens_are_a_warning() -> None:
    step = Step("L31", "done", {"awake": True})
    marks = marked(0, "L31", "begin"), marked(60, "L31", "over"), marked(70, "L31", "end")
    for at, verdict in ((30, Verdict.WARNING), (61, Verdict.PASSED)):
        report = judge(record(*marks, row(at)), GENERIC, [MODULES["L31"]], run(step))
        assert report.verdicts == (verdict,)
        told = [note.fr for note in report.results[0].works.notes]
        assert told == ["Écritures alors que rien n'avait changé : 1."] * (verdict is Verdict.WARNING)


def test_who_is_refused_once_more_meanwhile_writes_nothing() -> None:
    step = Step("L31", "done", {"awake": True})
    marks = marked(0, "L31", "begin"), marked(60, "L31", "over"), marked(70, "L31", "end")
    again = row(30, "create", effect=None, status=409)
    report = judge(record(*marks, again, row(65)), GENERIC, [MODULES["L31"]], run(step))
    assert report.verdicts == (Verdict.PASSED,)


def test_a_provider_that_went_past_the_proxy_is_told_so() -> None:
    facts = {"met": False, "there": True, "followed": True, "once": True}
    marks = marked(0, "L28", "begin"), marked(70, "L28", "end")
    for passed, told in ((0, True), (3, False), (None, False)):
        step = Step("L28", "done", facts, passed=passed)
        (result,) = judge(record(*marks, row(30)), GENERIC, [MODULES["L28"]], run(step)).results
        assert (result.works.verdict, PAST in result.works.notes) == (Verdict.REVIEW, told)


def test_the_time_after_an_outage_is_counted_from_its_end() -> None:
    facts = {"met": True, "out": True, "changed": True, "order": True}
    step = Step("L25", "done", facts, {"ann": ANN})
    marks = marked(0, "L25", "begin"), marked(20, "L25", "over"), marked(60, "L25", "end")
    (result,) = judge(record(*marks, row(27, effect="deactivated")), GENERIC, [MODULES["L25"]], run(step)).results
    assert (result.works.verdict, result.works.delay) == (Verdict.PASSED, 7 * SECOND)


JOURNAL = record(
    row(0, "search", target_id=None),
    row(1, "create", status=201, effect="created"),
    row(2, "create", status=409, reason="mail_taken", target_id=None),
    row(3, "patch", effect="changed", features=("path_less",)),
    row(4, "patch", status=429, target_id=None),
    row(6, "patch", effect="deactivated"),
    row(7, "patch", effect="nothing"),
    row(8, "delete", status=204, effect="deleted"),
)


def test_a_journal_alone_shows_what_happened_and_nothing_else() -> None:
    report = judge(JOURNAL, GENERIC, MODULES.values())
    told = {result.module.id: result.works.verdict for result in report.results}
    passed = {"L01", "L02", "L03", "L06", "L09", "L12", "L26", "L27", "L31"}
    assert {module for module, verdict in told.items() if verdict is Verdict.PASSED} == passed
    assert {verdict for module, verdict in told.items() if module not in passed} == {Verdict.SKIPPED}
    assert report.delay is None
    assert exit_code(report.verdicts) == 0


def test_a_journal_alone_shows_how_what_happened_departs_from_interop() -> None:
    rows = (
        row(1, "patch", effect="deactivated", features=("string_booleans",)),
        row(2, "delete", effect="deleted"),
    )
    alone = judge(record(*rows), GENERIC, [MODULES["L09"], MODULES["L12"]])
    assert [(one.conforms, one.departures) for one in alone.results] == [
        (Verdict.WARNING, ("string_booleans",)),
        (Verdict.PASSED, ()),
    ]


def test_a_journal_alone_shows_faults() -> None:
    hammered = record(row(0, "patch", status=429), row(0.2, "patch", status=429), row(2, "create", status=201))
    told = {one.module.id: one.works.verdict for one in judge(hammered, GENERIC, MODULES.values()).results}
    assert (told["L26"], told["L02"]) == (Verdict.FAILED, Verdict.WARNING)
    refused = judge(record(row(0, "search", status=401)), GENERIC, [MODULES["L01"]])
    assert refused.verdicts == (Verdict.FAILED,)


def test_the_same_evidence_is_the_same_report_byte_for_byte() -> None:
    lines = list(JOURNAL.lines())
    first = forms(judge(records.read(lines), GENERIC, MODULES.values()))
    shuffled = [lines[0], *random.Random(7).sample(lines[1:], len(lines) - 1)]
    assert forms(judge(records.read(shuffled), GENERIC, MODULES.values())) == first


def test_a_journal_and_a_run_are_read_as_they_were_written() -> None:
    assert records.read(JOURNAL.lines()) == JOURNAL
    played = run(Step("L26", "done", {"met": True}, {"ann": ANN}, (Asked(5, "PUT", 429),)))
    assert runs.read(played.json()) == played


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "empty"),
        (["{}"], "line 1 is not the head"),
        (['{"journal": 2}'], "line 1 is not the head"),
        (['{"journal": 1}', "nonsense"], "line 2 is no JSON object"),
        (['{"journal": 1}', "[]"], "line 2 is no JSON object"),
        (['{"journal": 1}', "", '{"seq": 1}'], "line 3 is no row"),
        (['{"journal": 1}', json.dumps({"seq": 1, "time": "2026-01-01T00:00:00"})], "line 2 is no row"),
    ],
)
def test_what_is_no_journal_is_told_by_line(lines: list[str], said: str) -> None:
    with pytest.raises(records.RecordError, match=said):
        records.read(lines)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"run": 2}', '{"run": 1, "steps": [{}]}', '{"run": 1, "steps": []}'])
def test_what_is_no_run_is_refused(text: str) -> None:
    with pytest.raises(runs.RunError):
        runs.read(text)


def test_times_are_the_journals_to_the_microsecond() -> None:
    (read,) = records.read(['{"journal": 1}', row(0.000_001).line()]).rows
    assert read.time == START + 1
    assert records.moment(START + 1).endswith(".000001Z")


@pytest.mark.parametrize(
    ("verdicts", "strict", "code"),
    [
        ([], False, 4),
        ([Verdict.SKIPPED], False, 4),
        ([Verdict.PASSED, Verdict.SKIPPED], False, 0),
        ([Verdict.PASSED, Verdict.WARNING], False, 0),
        ([Verdict.PASSED, Verdict.WARNING], True, 2),
        ([Verdict.PASSED, Verdict.REVIEW], True, 2),
        ([Verdict.PASSED, Verdict.INTERRUPTED], True, 4),
        ([Verdict.PASSED, Verdict.INTERRUPTED, Verdict.FAILED], False, 1),
    ],
)
def test_scripts_are_told_by_the_code(verdicts: list[Verdict], strict: bool, code: int) -> None:
    assert exit_code(verdicts, strict=strict) == code


def test_marks_of_a_run_are_ids_that_the_receiver_keeps() -> None:
    assert runs.mark(RUN, "L09", "begin") == "certify-7f3a9c12-L09-begin"
