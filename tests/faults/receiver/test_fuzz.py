"""Requests that make no sense, to sources of every strictness: refused without a trace, and never an error of ours."""

from __future__ import annotations

import os
import random
from collections import Counter

import httpx

from sbe_scim.store import open_database, sources
from sbe_scim.store.database import reading
from tests.environment.marks import both_databases
from tests.environment.receiver import ReceiverProcess
from tests.faults.receiver.fuzzer import Fuzzer, Request
from tests.faults.receiver.state import digest, faults

#: Another seed makes other requests.
SEED = int(os.environ.get("SBE_SCIM_TEST_SEED", "2026"))
REQUESTS = 200
#: Whoever is longer at one request hangs.
HANGS = 10.0
#: A receiver that keeps something of each request would need more than this for so many, in bytes.
GROWTH = 40 << 20

#: What is answered 501, and nothing else.
UNSUPPORTED = ("/v2/Me",)

SOURCES = {
    "generic": ("generic", "tolerant"),
    "entra": ("entra", "tolerant"),
    "okta": ("okta", "tolerant"),
    "rfc": ("generic", "rfc"),
    "interop": ("generic", "interop"),
}


@both_databases
def test_senseless_requests_are_refused_and_leave_no_trace(receiver: ReceiverProcess) -> None:
    print(f"SBE_SCIM_TEST_SEED={SEED}")
    engine = open_database(receiver.database)
    with engine.begin() as connection:
        for name, (dialect, strictness) in SOURCES.items():
            sources.add(connection, name, dialect=dialect, strictness=strictness, storm_limit=None)
    clients = {name: receiver.client(name) for name in SOURCES}
    fuzzers = {name: Fuzzer(random.Random(f"{SEED} {name}")) for name in SOURCES}
    statuses: Counter[int] = Counter()
    with reading(engine) as connection:
        before = digest(connection)
    memory = 0
    for turn in range(REQUESTS):
        for name, client in clients.items():
            request = fuzzers[name].request()
            try:
                answer = send(client, request)
                with reading(engine) as connection:
                    after = digest(connection)
                check(answer, changed=after != before)
            except BaseException:
                print(f"turn {turn} of {name}: {request}")
                raise
            before = after
            statuses[answer.status_code] += 1
            learn(fuzzers, name, request, answer)
        if turn == REQUESTS // 3:
            memory = receiver.memory()
    assert receiver.memory() < memory + GROWTH
    with reading(engine) as connection:
        assert faults(connection) == []
    engine.dispose()
    assert "unexpected error" not in receiver.log_text()
    # Else it would have shown nothing.
    assert min(statuses[status] for status in (200, 201, 204, 400, 404, 409)) >= 10, statuses
    for client in clients.values():
        client.close()


def send(client: httpx.Client, request: Request) -> httpx.Response:
    raw = [(name.encode(), value.encode()) for name, value in request.headers.items()]
    base = {name: value for name, value in client.headers.items() if name != "content-type"}
    url = httpx.URL(str(client.base_url).rstrip("/") + request.path)
    sent = httpx.Request(request.method, url, headers=[*httpx.Headers(base).raw, *raw], content=request.content)
    return client.send(sent)


def check(answer: httpx.Response, *, changed: bool) -> None:
    told = f"{answer.status_code} {answer.text[:300]}"
    unsupported = answer.request.url.path.rstrip("/").endswith(UNSUPPORTED)
    assert answer.status_code < 500 or (answer.status_code == 501 and unsupported), told
    assert not changed or (answer.is_success and answer.request.method in ("POST", "PUT", "PATCH", "DELETE")), told
    if answer.content and answer.request.method != "HEAD":
        document = answer.json()
        assert answer.is_success or document["status"] == str(answer.status_code), told


def learn(fuzzers: dict[str, Fuzzer], name: str, request: Request, answer: httpx.Response) -> None:
    endpoint = request.path.split("?")[0].strip("/").split("/")[0]
    if answer.status_code == 201:
        made = answer.headers["location"].rpartition("/")[2]
        fuzzers[name].ids[endpoint].append(made)
        for other in fuzzers.keys() - {name}:
            fuzzers[other].others.append(made)
    if answer.status_code == 204 and request.method == "DELETE":
        gone = request.path.split("?")[0].rpartition("/")[2]
        fuzzers[name].ids[endpoint].remove(gone)
        fuzzers[name].others.append(gone)
