"""Suites for SCIM servers that others wrote find nothing in the receiver but what is decided."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pytest
from scim2_models import ScimPolicy, ScimProvider
from scim2_tester import Status, check_server
from scim_sanity.probe.runner import run_probe

from tests.conformance.served import Served, serve
from tests.scim2_library import Client

#: By check and attribute: what ``scim2-tester`` wants otherwise, with the reason.
TESTER: Mapping[tuple[str, str], str] = {
    (
        "check_remove_attribute",
        "active",
    ): "nobody is let in or shut out by an omission (RFC 7643 §4.1.1 leaves it open)",
    ("check_add_attribute", "members"): "the answer has the member's name too, which was not sent (RFC 7644 §3.5.2)",
    ("check_replace_attribute", "members"): "the answer has the member's name too, which was not sent",
}
#: The same of ``scim-sanity``, by test.
SANITY: Mapping[str, str] = {
    "PATCH /Groups/{id} add member": "a member that is not there is 400, and is not kept in silence (RFC 7644 §3.12)",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A receiver with default settings."""
    yield from serve(tmp_path_factory.mktemp("suites"))


def test_scim2_tester_finds_nothing_but_what_is_decided(served: Served) -> None:
    # ServiceProviderConfig tells a source how far it has come, by an extension; all else is judged by the oracle.
    provider = ScimProvider(policy=ScimPolicy(unknown=ScimPolicy.Unknown.ignore))
    results = check_server(Client(served.client, provider=provider), raise_exceptions=False)
    found = {
        (str(one.title), str(one.data.get("urn")) if isinstance(one.data, dict) else ""): one.reason
        for one in results
        if one.status not in (Status.SUCCESS, Status.COMPLIANT, Status.ACCEPTABLE)
    }
    assert found.keys() == TESTER.keys(), found
    assert len(results) > 150


def test_scim_sanity_finds_nothing_but_what_is_decided(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    token = served.client.headers["authorization"].removeprefix("Bearer ")
    run_probe(served.process.base_url, token=token, accept_side_effects=True, json_output=True)
    results = json.loads(capsys.readouterr().out)["results"]
    # It skips what no RFC knows: agents.
    wrong = {one["name"]: one["message"] for one in results if one["status"] not in ("pass", "skip")}
    assert wrong.keys() == SANITY.keys(), wrong
    assert sum(one["status"] == "pass" for one in results) > 25
