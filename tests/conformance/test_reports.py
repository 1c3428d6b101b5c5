"""Faults that were reported of other receivers are none here."""

from __future__ import annotations

from pathlib import Path

import pytest

from sbe_scim.certify.replay import read, replay
from tests.conformance.test_identity_providers import failed, sending, speaks
from tests.unit.http.client import BASE_URL, Receiver

FILES = sorted((Path(__file__).parent / "reports").glob("*.json"))
DIALECTS = ("generic", "entra", "okta", "keycloak")


def test_there_are_reports() -> None:
    assert FILES


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_fault_reported_of_another_receiver_is_none_here(scim: Receiver, file: Path, dialect: str) -> None:
    speaks(scim, dialect)
    assert failed(replay(read(file), sending(scim), BASE_URL, scim.token)) == []
