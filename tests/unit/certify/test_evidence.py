"""Evidence that somebody has touched is told from evidence as it was signed."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest

from sbe_scim.certify.evidence import EvidenceError, fingerprint, new_key, pack, public, verify
from sbe_scim.certify.judge import judge
from sbe_scim.certify.modules import MODULES
from sbe_scim.certify.profile import profile
from tests.unit.certify.evidence import record, row
from tests.unit.certify.test_reports import played

KEY = new_key()
PACKED = pack(played(), KEY)


def repacked(change: Callable[[dict[str, bytes]], object]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(PACKED)) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    change(content)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return packed.getvalue()


def test_what_was_signed_is_known_again_and_judged_the_same() -> None:
    checked = verify(PACKED)
    assert checked.fingerprint == fingerprint(public(KEY))
    assert checked.same
    assert checked.headline.startswith("Certified for AL1.")


def test_a_journal_alone_is_evidence_too() -> None:
    alone = judge(record(row(1, "delete", effect="deleted")), profile("generic"), MODULES.values())
    assert verify(pack(alone, KEY)).same


def test_the_same_evidence_signed_by_the_same_key_is_the_same_file() -> None:
    assert pack(played(), KEY) == PACKED


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.update({"report.json": content["report.json"].replace(b"PASSED", b"FAILED")}),
        lambda content: content.update({"journal.jsonl": content["journal.jsonl"] + b"\n"}),
        lambda content: content.pop("run.json"),
        lambda content: content.update({"more.txt": b""}),
        lambda content: content.update({"manifest.json": content["manifest.json"] + b" "}),
        lambda content: content.update({"key.pem": public(new_key())}),
        lambda content: content.update({"manifest.sig": b""}),
        lambda content: content.pop("manifest.sig"),
        lambda content: content.update({"key.pem": b"nonsense"}),
    ],
)
def test_what_was_changed_since_is_refused(change: Callable[[dict[str, bytes]], object]) -> None:
    with pytest.raises(EvidenceError):
        verify(repacked(change))


def test_what_is_no_zip_is_refused() -> None:
    with pytest.raises(EvidenceError, match="no ZIP"):
        verify(b"nonsense")


def test_a_report_that_was_made_up_is_not_what_the_journal_comes_to() -> None:
    report = played(failing="L09")
    forged = replace(report, results=played().results)
    assert not verify(pack(forged, KEY)).same


def test_another_kind_of_key_signs_nothing() -> None:
    with pytest.raises(EvidenceError, match="Ed25519"):
        pack(played(), b"nonsense")


def test_nobody_is_named_in_evidence() -> None:
    with zipfile.ZipFile(io.BytesIO(PACKED)) as archive:
        lines = archive.read("journal.jsonl").decode().splitlines()[1:]
    assert {"detail", "name", "mail", "external_id"} & set().union(*map(json.loads, lines)) == set()
