"""What monitoring asks: is it well, may it be sent requests, and its metrics."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update
from sqlalchemy.engine import Connection

from sbe_scim.http.exposition import Exposition
from sbe_scim.journal import Arrival, Meter
from sbe_scim.journal.meter import LATEST
from sbe_scim.store import contacts, guards, open_database, shadows, sources, tables, tallies
from sbe_scim.store.clock import now
from tests.environment import ROOT
from tests.unit.http.client import Receiver, receiver
from tests.unit.rig import Recording, Rig, user_body

HOUR = 3_600_000_000


def within(scim: Receiver, work: Callable[[Connection], object]) -> None:
    """Do something to the database."""
    engine = open_database(scim.settings.database)
    with engine.begin() as connection:
        work(connection)
    engine.dispose()


def staff(connection: Connection) -> int:
    return sources.require(connection, "staff").id


def ask(scim: Receiver, path: str, host: str = "127.0.0.1", **headers: str) -> httpx.Response:
    """GET without a token, from a machine."""
    transport = httpx.ASGITransport(scim.app, client=(host, 12345))

    async def get() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://receiver") as client:
            return await client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    answer: httpx.Response = scim.run(get())
    return answer


def sample(text: str, series: str) -> float:
    (line,) = (line for line in text.splitlines() if line.startswith(f"{series} "))
    return float(line.rpartition(" ")[2])


@pytest.fixture
def with_token(tmp_path: Path) -> Iterator[Receiver]:
    with receiver(tmp_path, metrics_token="watch") as running:
        yield running


def test_metrics_are_told_on_this_machine_alone(scim: Receiver) -> None:
    assert ask(scim, "/metrics").status_code == 200
    assert ask(scim, "/metrics", "::1").status_code == 200
    assert ask(scim, "/metrics", "10.0.0.7").status_code == 403
    for header in ("forwarded", "x_forwarded_for", "x_real_ip", "via"):
        assert ask(scim, "/metrics", **{header: "127.0.0.1"}).status_code == 403


def test_with_a_token_metrics_are_told_to_whoever_shows_it(with_token: Receiver) -> None:
    assert ask(with_token, "/metrics", "10.0.0.7", authorization="Bearer watch").status_code == 200
    for shown in ("Bearer wrong", "watch", "Bearer watch2", "Bearer "):
        assert ask(with_token, "/metrics", authorization=shown).status_code == 403
    assert ask(with_token, "/metrics").status_code == 403
    refused = ask(with_token, "/metrics", "10.0.0.7")
    assert "staff" not in refused.text


def test_metrics_tell_of_sources_and_requests_and_of_nobody(scim: Receiver) -> None:
    scim.created("/Users", user_body("zoe", emails=[{"value": "zoe@example.org"}]))
    scim.post("/Users", user_body("zoe", externalId="e-zoe"))

    def counted(connection: Connection) -> None:
        tallies.add(connection, {("requests", ("staff", "create", "201", "")): 3})
        tallies.add(connection, {("seconds", ("create", "0.005")): 2, ("seconds", ("create", "+Inf")): 1})
        tallies.add(connection, {("microseconds", ("create",)): 12_500_000})
        guards.hold(connection, staff(connection), 1, now())
        contacts.heard(connection, {"staff": 1_700_000_000_000_000})

    within(scim, counted)
    answer = ask(scim, "/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    text = answer.text
    prefix = "sbe_scim_receiver_"
    labels = 'source="staff",operation="create",status="201",reason=""'
    assert sample(text, f"{prefix}requests_total{{{labels}}}") == 3
    parts = [sample(text, f'{prefix}request_seconds_bucket{{operation="create",le="{end}"}}') for end in PARTS]
    assert parts == [0, 2, 2, 3]
    assert sample(text, f'{prefix}request_seconds_sum{{operation="create"}}') == 12.5
    assert sample(text, f'{prefix}request_seconds_count{{operation="create"}}') == 3
    assert sample(text, f'{prefix}held{{source="staff"}}') == 1
    assert sample(text, f'{prefix}refused{{source="staff"}}') == 1
    assert sample(text, f'{prefix}resources{{source="staff",resource_type="user"}}') == 1
    assert sample(text, f"{prefix}database_up") == 1
    # The change says more than was noted of the contact.
    assert sample(text, f'{prefix}last_contact_timestamp_seconds{{source="staff"}}') > 1_700_000_000
    assert "zoe" not in text


PARTS = ("0.0025", "0.005", "10.0", "+Inf")


@pytest.mark.parametrize("file", ["alerts.yml", "receiver-dashboard.json"])
def test_alerts_and_panels_ask_for_metrics_that_are_told(scim: Receiver, file: str) -> None:
    text = (ROOT / "docs/monitoring" / file).read_text("utf-8")
    asked = {re.sub("_(bucket|sum|count)$", "", name) for name in re.findall(r"sbe_scim_receiver_\w+", text)}
    told = set(re.findall(r"^# TYPE (\w+)", ask(scim, "/metrics").text, re.MULTILINE))
    assert len(asked) > 5
    assert asked - told == set()


def test_labels_are_escaped() -> None:
    told = Exposition()
    told.family("x", "gauge", "X.", [({"source": 'a"b\\c\nd'}, 1)])
    assert str(told).splitlines()[2] == r'x{source="a\"b\\c\nd"} 1'


def test_metrics_without_a_database_say_so(scim: Receiver) -> None:
    Path(scim.settings.database.removeprefix("sqlite:///")).unlink()
    text = ask(scim, "/metrics").text
    assert sample(text, "sbe_scim_receiver_database_up") == 0


def test_what_two_processes_count_is_added(rig: Rig, ports: Recording) -> None:
    time = [0.0]
    meters = [Meter(ports, clock=lambda: time[0]) for _ in range(2)]
    for meter in meters:
        for _ in range(3):
            meter.count("staff", "create", 201, None, Arrival("r"))
        meter.count(None, "get", 401, "no_token", Arrival("r"))
        meter.run()
    assert rig.rows(tables.metric) == []
    time[0] = LATEST
    for meter in meters:
        meter.run()
        meter.run()
    with ports.read() as transaction:
        counted = dict(tallies.every(transaction.connection))
        heard = contacts.heartbeats(transaction.connection)
    assert counted["requests", ("staff", "create", "201", "")] == 6
    assert counted["requests", ("", "get", "401", "no_token")] == 2
    assert sum(count for (name, labels), count in counted.items() if (name, labels[0]) == ("seconds", "create")) == 6
    assert heard[rig.staff.id].contact is not None
    assert heard[rig.other.id].contact is None


def test_what_cannot_be_written_is_counted_later(rig: Rig, ports: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    meter = Meter(ports)
    meter.count("staff", "create", 201, None, Arrival("r"))
    with monkeypatch.context() as patch:

        def away() -> Any:
            raise OSError

        patch.setattr(ports, "write", away)
        meter.flush()
    meter.count("staff", "create", 201, None, Arrival("r"))
    meter.flush()
    with ports.read() as transaction:
        counted = dict(tallies.every(transaction.connection))
    assert counted["requests", ("staff", "create", "201", "")] == 2
    assert rig.rows(tables.contact)


def test_a_contact_is_never_set_back(rig: Rig, ports: Recording) -> None:
    with ports.write() as transaction:
        contacts.heard(transaction.connection, {"staff": 200, "nobody": 1})
        contacts.heard(transaction.connection, {"staff": 100})
    assert rig.rows(tables.contact) == [(rig.staff.id, 200)]


def test_it_is_ready_while_the_database_answers_in_its_own_tables(scim: Receiver) -> None:
    assert (ask(scim, "/readyz").status_code, ask(scim, "/readyz").json()["status"]) == (200, "ready")
    within(scim, lambda connection: connection.execute(update(tables.schema_version).values(version=99)))
    answer = ask(scim, "/readyz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "schema")
    assert ask(scim, "/healthz").status_code == 200


def test_it_is_not_ready_without_a_database(scim: Receiver) -> None:
    Path(scim.settings.database.removeprefix("sqlite:///")).unlink()
    answer = ask(scim, "/readyz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "database")


def test_it_is_not_ready_once_it_ends(tmp_path: Path) -> None:
    with receiver(tmp_path) as running:
        pass
    transport = httpx.ASGITransport(running.app)

    async def get() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://receiver") as client:
            return await client.get("/readyz")

    answer = asyncio.run(get())
    assert (answer.status_code, answer.json()["reason"]) == (503, "stopping")


def test_silence_is_a_warning_and_makes_nobody_ill(scim: Receiver) -> None:
    assert "warnings" not in ask(scim, "/healthz").json()
    within(scim, lambda connection: contacts.heard(connection, {"staff": now() - 47 * HOUR}))
    assert "warnings" not in ask(scim, "/healthz").json()
    within(scim, lambda connection: connection.execute(update(tables.contact).values(latest=now() - 49 * HOUR)))
    answer = ask(scim, "/healthz")
    assert (answer.status_code, answer.json()["warnings"]) == (200, ["silent"])
    assert ask(scim, "/readyz").status_code == 200
    within(scim, lambda connection: sources.disable(connection, "staff"))
    assert "warnings" not in ask(scim, "/healthz").json()


def test_what_is_held_is_a_warning_and_its_source_is_told_on_this_machine_alone(scim: Receiver) -> None:
    scim.created("/Users", user_body("zoe"))
    within(scim, lambda connection: guards.hold(connection, staff(connection), 1, now()))
    told = ask(scim, "/healthz").json()
    assert told["warnings"] == ["held"]
    (one,) = told["sources"]
    assert (one["name"], one["held"], one["seconds_since_write"] < 60) == ("staff", 1, True)
    elsewhere = ask(scim, "/healthz", "10.0.0.7").json()
    assert elsewhere["warnings"] == ["held"]
    assert "sources" not in elsewhere


def test_a_source_in_shadow_mode_and_one_that_is_not_applied_yet_are_warned_of(scim: Receiver) -> None:
    within(scim, lambda connection: shadows.begin(connection, "staff"))
    assert ask(scim, "/healthz").json()["warnings"] == ["shadow"]
    assert sample(ask(scim, "/metrics").text, 'sbe_scim_receiver_source_shadow{source="staff"}') == 1
    within(scim, lambda connection: shadows.leave(connection, sources.require(connection, "staff"), ()))
    assert ask(scim, "/healthz").json()["warnings"] == ["applying"]
    told = ask(scim, "/metrics").text
    states = [sample(told, f'sbe_scim_receiver_source_{word}{{source="staff"}}') for word in ("shadow", "applying")]
    assert states == [0, 1]
    within(scim, lambda connection: shadows.applied(connection, sources.require(connection, "staff")))
    assert "warnings" not in ask(scim, "/healthz").json()
