"""Metrics of connector and receiver, as a Prometheus sees them that scrapes real ones; alert rules and dashboard."""

from __future__ import annotations

import json
import math
import re
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from sbe_scim.protocol import USER
from tests.environment.chain import Chain
from tests.environment.prometheus import Prometheus, scrape, tool
from tests.environment.receiver import ReceiverProcess
from tests.environment.waiting import until

_DOCS = Path(__file__).parents[2] / "docs" / "monitoring"
_ALERTS = _DOCS / "alerts.yml"
_ALERT_TESTS = Path(__file__).parent / "alerts.test.yml"
#: They are read once a minute at least, and scraped and judged every second.
FIGURES = 90.0
_NAME = re.compile(r"\balert(?:name)?: (\w+)")


@pytest.fixture
def prometheus(chain: Chain, tmp_path: Path) -> Iterator[Prometheus]:
    """Scrapes the shared Keycloak, and evaluates the alert rules."""
    server = Prometheus([chain.keycloak.management_address], rules=[_ALERTS], log=tmp_path / "prometheus.log")
    server.start()
    yield server
    server.remove()


def _queries(dashboard: str, **chosen: str) -> list[str]:
    """The queries of a dashboard where this is chosen of its variables."""
    panels = json.loads((_DOCS / dashboard).read_text())["panels"]
    text = [target["expr"].replace("$__rate_interval", "1m") for panel in panels for target in panel["targets"]]
    for name, value in chosen.items():
        text = [query.replace(f"${name}", value) for query in text]
    return text


def _is_data(found: list[dict[str, Any]]) -> bool:
    return bool(found) and all(math.isfinite(float(series["value"][1])) for series in found)


def test_every_query_of_the_dashboard_is_answered(chain: Chain, prometheus: Prometheus) -> None:
    admin, realm = chain.admin, chain.realm
    endpoint = chain.enable()
    zoe = admin.create_user(realm, username="zoe")
    admin.join(realm, zoe, admin.create_group(realm, "Équipe"))
    chain.see_groups({"Équipe": {"zoe"}})
    chain.settle()
    labels = f'realm="{realm}",endpoint="{endpoint}"'
    for kind in ("user", "group"):
        resources = f'sbe_scim_resources{{{labels},resource_type="{kind}"}}'
        until(partial(prometheus.value, resources), lambda count: count == 1, what=resources, deadline=FIGURES)
    assert prometheus.value(f"sbe_scim_lease_held{{{labels}}}") == 1
    sent = f'sum(sbe_scim_requests_total{{{labels},resource_type="user",operation="create"}})'
    assert (prometheus.value(sent) or 0) >= 1

    queries = _queries("dashboard.json", realm=realm)
    assert len(queries) > 20
    for number, query in enumerate(queries):
        # What is told of the last minute is told while something happens.
        admin.update_user(realm, zoe, lastName=f"Nom {number}")
        until(lambda query=query: prometheus.query(query), _is_data, what=query, deadline=FIGURES)  # type: ignore[misc]

    text = scrape(chain.keycloak)
    assert "zoe" not in text
    assert "Équipe" not in text
    assert f":{chain.receiver.port}" not in text

    admin.delete_component(realm, endpoint)
    until(lambda: f'realm="{realm}"' not in scrape(chain.keycloak), what="no meters of what is gone", deadline=FIGURES)


def _employ(chain: Chain) -> None:
    people = [{"username": f"agent{number:02}", "enabled": True} for number in range(20)]
    chain.admin.partial_import(chain.realm, ifResourceExists="FAIL", users=people)


def _lose_eight(chain: Chain) -> None:
    until(lambda: len(chain.users()) == 20, what="everybody")
    chain.settle()
    for user in chain.admin.users(chain.realm, search="agent0", max=8):
        chain.admin.delete_user(chain.realm, str(user["id"]))


def test_what_an_operator_has_to_know_becomes_an_alert_and_ends(chain: Chain, prometheus: Prometheus) -> None:
    admin, realm = chain.admin, chain.realm

    def alerts() -> set[str]:
        return prometheus.alerts(realm)

    _employ(chain)
    chain.enable()
    _lose_eight(chain)
    until(alerts, lambda found: found == {"SbeScimHeld"}, what="the valve's alert", deadline=FIGURES)
    chain.receiver.kill()
    admin.create_user(realm, username="nouvelle")
    until(alerts, lambda found: {"SbeScimHeld", "SbeScimRetrying"} <= found, what="both", deadline=FIGURES)

    chain.receiver.start()
    admin.release(realm)
    until(alerts, lambda found: not found, what="no alert", deadline=FIGURES)
    assert "nouvelle" in chain.users()


@pytest.mark.parametrize("database", ["postgres"])
def test_a_receiver_of_two_processes_tells_one_sum_that_outlives_them(receiver_database: str, tmp_path: Path) -> None:
    log = tmp_path / "receiver.log"
    receiver = ReceiverProcess(receiver_database, host="127.0.0.1", log=log, environment={"SBE_SCIM_WORKERS": "2"})
    receiver.start()
    prometheus = Prometheus([f"127.0.0.1:{receiver.port}"], rules=[_ALERTS], log=tmp_path / "prometheus.log")
    prometheus.start()
    try:
        receiver.command("source", "add", "staff", "--storm-limit", "3")

        def create(number: int) -> str:
            # Each connection may be another process's.
            with receiver.client("staff") as client:
                made = client.post("/Users", json={"schemas": [USER], "userName": f"agent{number:02}"})
            return str(made.raise_for_status().json()["id"])

        people = [create(number) for number in range(20)]
        with receiver.client("staff") as client:
            assert [client.delete(f"/Users/{one}").status_code for one in people[:4]] == [204] * 3 + [503]
        created = 'sbe_scim_receiver_requests_total{source="staff",operation="create",status="201"}'
        until(lambda: prometheus.value(created), lambda count: count == 20, what="all creates")
        queries = {
            'sbe_scim_receiver_requests_total{source="staff",status="503",reason="held"}': 1,
            'sbe_scim_receiver_request_seconds_count{operation="create"}': 20,
            'sbe_scim_receiver_request_seconds_bucket{operation="create",le="+Inf"}': 20,
            'sbe_scim_receiver_resources{source="staff",resource_type="user"}': 17,
            'sbe_scim_receiver_held{source="staff"}': 1,
            "sbe_scim_receiver_database_up": 1,
            'time() - sbe_scim_receiver_last_contact_timestamp_seconds{source="staff"} < bool 60': 1,
            'time() - sbe_scim_receiver_last_write_timestamp_seconds{source="staff"} < bool 60': 1,
        }
        for query, value in queries.items():
            until(partial(prometheus.value, query), lambda found, value=value: found == value, what=query)  # type: ignore[misc]
        until(
            lambda: prometheus.alerts("staff", "source"), lambda found: found == {"SbeScimReceiverHeld"}, what="alert"
        )
        with receiver.client("staff") as client:

            def asked(query: str) -> list[dict[str, Any]]:
                # What is counted once is no rate.
                client.get("/Users", params={"count": "1"}).raise_for_status()
                return prometheus.query(query)

            for query in _queries("receiver-dashboard.json", source="staff"):
                # Beside Abilian SBE alone.
                if "drift" not in query:
                    until(partial(asked, query), _is_data, what=query, poll=0.2)

        receiver.kill()
        receiver.start()
        create(20)
        until(lambda: prometheus.value(created), lambda count: count == 21, what="the sum goes on")
        assert "agent" not in httpx.get(f"http://127.0.0.1:{receiver.port}/metrics").text
    finally:
        prometheus.remove()
        receiver.stop()


def test_alert_rules_fire_when_they_should_and_only_then() -> None:
    for command in (["check", "rules", str(_ALERTS)], ["test", "rules", str(_ALERT_TESTS)]):
        done = subprocess.run(
            [tool("promtool"), *command], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    rules = set(_NAME.findall(_ALERTS.read_text()))
    assert len(rules) > 5
    assert set(_NAME.findall(_ALERT_TESTS.read_text())) == rules
