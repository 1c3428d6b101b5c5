"""``sbe-scim certify`` judges what it is given, and tells scripts by its code."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click
import pytest

from sbe_scim.certify.report.document import document
from sbe_scim.cli.certify import realm
from tests.unit.certify.evidence import record, row
from tests.unit.certify.test_reports import played
from tests.unit.cli.running import Run, rows

JOURNAL = record(row(0, "search", target_id=None), row(1, "create", status=201, effect="created"), row(2, "delete"))


@pytest.fixture
def journal(folder: Path) -> str:
    """An exported journal."""
    file = folder / "journal.jsonl"
    file.write_text("\n".join(JOURNAL.lines()))
    return str(file)


def test_a_journal_is_judged_without_any_server(run: Run, journal: str) -> None:
    outcome = run("certify", "judge", journal)
    assert outcome.code == 0, outcome.err
    assert "✓ L03 Who joins is there: passed" in outcome.out
    assert "– L09 Who is blocked is out: not tested" in outcome.out
    assert outcome.out.endswith("Judged by the journal alone.\n")


def test_what_passed_nothing_is_not_complete(run: Run, folder: Path) -> None:
    (folder / "empty.jsonl").write_text('{"journal": 1, "receiver": "0.1.0"}')
    assert run("certify", "judge", "empty.jsonl").code == 4


def test_what_is_no_journal_could_not_be_judged(run: Run, folder: Path) -> None:
    (folder / "other.jsonl").write_text("nonsense")
    outcome = run("certify", "judge", "other.jsonl")
    assert (outcome.code, outcome.err) == (3, "Error: Not judged: line 1 is no JSON object.\n")


def test_warnings_count_where_they_are_asked_for(run: Run, folder: Path) -> None:
    blind = record(row(1, "create", status=201, effect="created"))
    (folder / "blind.jsonl").write_text("\n".join(blind.lines()))
    assert run("certify", "judge", "blind.jsonl").code == 0
    assert run("certify", "judge", "blind.jsonl", "--strict").code == 2


def test_several_sources_are_judged_one_by_one(run: Run, folder: Path) -> None:
    both = record(*JOURNAL.rows, row(3, "create", source="other", effect="created"))
    (folder / "both.jsonl").write_text("\n".join(both.lines()))
    outcome = run("certify", "judge", "both.jsonl")
    assert (outcome.code, "other, staff" in outcome.err) == (3, True)
    assert run("certify", "judge", "both.jsonl", "--source", "staff").code == 0
    assert run("certify", "judge", "both.jsonl", "--source", "nobody").code == 3


def test_reports_and_evidence_are_written_and_verified(run: Run, folder: Path, journal: str) -> None:
    outcome = run("certify", "judge", journal, "--report", "report", "--evidence", "evidence.zip", "--json")
    assert outcome.code == 0, outcome.err
    told = json.loads(outcome.out)
    assert json.loads((folder / "report" / "report.json").read_text()) == told
    names = {
        "report.json",
        "report.xml",
        "badge.svg",
        "report.en.html",
        "report.fr.html",
        "report.en.md",
        "report.fr.md",
    }
    assert {file.name for file in (folder / "report").iterdir()} == names
    assert stat.S_IMODE((folder / "sbe-scim-certify.pem").stat().st_mode) == 0o600

    checked = run("certify", "verify", "evidence.zip", "--json")
    fingerprint = json.loads(checked.out)["fingerprint"]
    assert fingerprint in outcome.err
    assert run("certify", "verify", "evidence.zip", "--signed-by", fingerprint).code == 0
    assert run("certify", "verify", "evidence.zip", "--signed-by", "SHA256:other").code == 1
    (folder / "evidence.zip").write_bytes(b"nonsense")
    refused = run("certify", "verify", "evidence.zip")
    assert (refused.code, "Not to be trusted" in refused.err) == (1, True)


def test_this_receiver_answers_a_provider_as_it_needs(run: Run) -> None:
    outcome = run("certify", "replay", "rauthy")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines()[0].startswith("rauthy: ")
    told = json.loads(run("certify", "replay", "rauthy-unlink", "--json").out)
    assert {step["verdict"] for step in told["rauthy-unlink"]} == {"PASSED"}


def test_a_receiver_that_refuses_everything_fails(run: Run, folder: Path, elsewhere: str) -> None:
    outcome = run("certify", "replay", "google", "--base", elsewhere, "--token", "t", "--report", "replayed")
    assert outcome.code == 1
    assert "FAILED" in outcome.out
    written = {file.name for file in (folder / "replayed").iterdir()}
    assert written == {"replay.json", "replay.xml", "replay.en.html", "replay.fr.html"}
    assert json.loads((folder / "replayed" / "replay.json").read_text("utf-8"))["receiver"] == elsewhere


def test_a_receiver_that_is_not_there_could_not_be_tried(run: Run) -> None:
    outcome = run("certify", "replay", "google", "--base", "http://127.0.0.1:9", "--token", "t")
    assert (outcome.code, outcome.err) == (3, "Error: The receiver does not answer (ConnectError).\n")


LIVE = ("certify", "live", "--receiver", "http://127.0.0.1:9/scim/v2")


@pytest.mark.parametrize("what", ["no database", "no password", "no folder"])
def test_what_keeps_from_judging_is_no_failure_of_the_provider(
    run: Run, journal: str, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(click, "prompt", _nobody)
    run("source", "add", "staff")
    command = {
        "no database": (*LIVE, "--database", "sqlite:///missing.db"),
        "no password": ("certify", "keycloak", "--server", "http://127.0.0.1:9", *LIVE[2:]),
        "no folder": ("certify", "judge", journal, "--report", f"{journal}/report"),
    }[what]
    assert run(*command).code == 3


def test_who_leaves_before_the_provider_is_set_up_goes_on_with_the_same_source(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("source", "add", "staff")
    monkeypatch.setattr(click, "prompt", _nobody)
    shown = []
    for _ in range(2):
        outcome = run(*LIVE)
        assert outcome.code == 3
        assert outcome.err.endswith("Error: Interrupted before anything was played: the same command goes on.\n")
        shown += [line for line in outcome.err.splitlines() if "sbe_scim_" in line]
    assert len(set(shown)) == 2
    assert len(rows(run, "source", "list")) == 2


def _nobody(*_words: object, **_options: object) -> str:
    raise click.Abort


@pytest.mark.parametrize(
    "arguments",
    [
        ("replay", "nobody"),
        ("replay", "google", "--base", "http://127.0.0.1:9"),
        ("keycloak", "--server", "https://sso.example.org"),
        ("keycloak", "--server", "https://sso.example.org", "--receiver", "https://x.example.org", "--wait", "long=1"),
        ("keycloak", "--server", "https://sso.example.org", "--receiver", "https://x.example.org", "--module", "L99"),
    ],
)
def test_wrong_use_is_told_before_anything_is_done(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("certify", *arguments).code == 2


def test_only_a_checkout_can_start_servers(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(realm, "_CHECKOUT", folder)
    outcome = run("certify", "keycloak")
    assert (outcome.code, "--server is needed" in outcome.err) == (2, True)


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A server that refuses whatever it is asked for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(403)

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/scim/v2"
    server.shutdown()
    server.server_close()


def test_what_was_played_is_judged_with_its_journal(run: Run, folder: Path) -> None:
    report = played(failing="L20")
    assert report.run is not None
    (folder / "journal.jsonl").write_text("\n".join(report.record.lines()))
    (folder / "run.json").write_text(report.run.json())
    outcome = run("certify", "judge", "journal.jsonl", "--run", "run.json", "--profile", "okta", "--json")
    assert outcome.code == 1
    assert json.loads(outcome.out) == document(report)
    (folder / "run.json").write_text("nonsense")
    assert run("certify", "judge", "journal.jsonl", "--run", "run.json").code == 3
