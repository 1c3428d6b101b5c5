"""A broken provider fails what its fault is about, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Collection

import pytest

from sbe_scim.certify.judge import Report
from sbe_scim.certify.modules import MODULES
from sbe_scim.certify.verdict import Verdict
from tests.certification.controls import CONTROLS, UNBROKEN
from tests.certification.playing import came_to, certify, sending
from tests.environment.receiver import ReceiverProcess

#: Every control with every module takes some minutes; else its own modules and two that must pass.
_ALL = os.environ.get("SBE_SCIM_TEST_CONTROLS") == "all"
_PASSING = frozenset({"L01", "L21"})


def played(receiver: ReceiverProcess, fault: str, modules: Collection[str]) -> Report:
    source = fault or "sound"
    with sending(receiver, source, fault) as (sender, faults):
        chosen = {name: module for name, module in MODULES.items() if name in modules}
        return certify(receiver, source, sender, faults, modules=chosen)


def notes(report: Report) -> dict[str, list[str]]:
    return {result.module.id: [note.en for note in result.works.notes] for result in report.results}


@pytest.mark.parametrize("fault", CONTROLS)
def test_a_broken_provider_fails_exactly_what_is_broken(shared: ReceiverProcess, fault: str) -> None:
    control = CONTROLS[fault]
    report = played(shared, fault, MODULES if _ALL else control.failed | control.warned | _PASSING)
    assert came_to(report, Verdict.FAILED) == control.failed, notes(report)
    assert came_to(report, Verdict.WARNING) == control.warned, notes(report)
    assert came_to(report, Verdict.PASSED) >= _PASSING - control.failed


def test_a_sound_provider_passes_everything(shared: ReceiverProcess) -> None:
    report = played(shared, "", MODULES)
    assert came_to(report, Verdict.PASSED) == MODULES.keys(), notes(report)
    assert report.delay is not None


def test_every_module_is_seen_to_fail_or_to_warn_but_for_those_that_are_named() -> None:
    caught = {module for control in CONTROLS.values() for module in control.failed | control.warned}
    assert MODULES.keys() - caught == UNBROKEN
