"""Abilian SBE as it runs in production: a broker takes what is to be indexed, and a worker does it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from redis import Redis  # type: ignore[import-not-found, unused-ignore]

from sbe_scim.store import migrate
from tests.environment.process import ServerProcess
from tests.environment.redis import LocalRedis
from tests.environment.waiting import until
from tests.sbe.inside.support import ADMIN, Sbe

_SAVE = """
import sys
from sbe_scim.directory.port import DirectoryUser
from sbe_scim.directory.sbe import open_sbe
from sbe_scim.service.records import StoredRecords
transactions, directory = open_sbe()
with transactions.write() as transaction:
    mail, id = sys.argv[1:]
    document = {"emails": [{"value": mail}], "name": {"givenName": "Zoé", "familyName": id}}
    user = DirectoryUser(id, "test", None, mail, True, document)
    directory.accounts(transaction, StoredRecords(transaction.connection)).user_saved(user)
"""
#: Looks for each line that it reads.
_LOOK = """
from sbe_scim.directory.sbe import open_sbe
from sbe_scim.service.search_watch import SearchWatch
watch = SearchWatch(open_sbe()[0].host)
for _ in iter(input, "end"):
    watch.look()
    print("warnings:", *watch.warnings(), flush=True)
"""


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[LocalRedis]:
    server = LocalRedis(tmp_path / "redis.log")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def variables(ports: Any, redis: LocalRedis) -> dict[str, str]:
    """Of processes that leave the index to a worker."""
    with ports.transactions.write() as transaction:
        migrate(transaction.connection)
    return os.environ | {"FLASK_DRAMATIQ_BROKER_URL": redis.url, "TESTING_DIRECT_FUNCTION_CALL": ""}


def told(variables: dict[str, str], name: str) -> str:
    """What the doctor says of one thing."""
    command = [sys.executable, "-m", "sbe_scim", "sbe", "doctor", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)
    (found,) = (one for one in json.loads(done.stdout) if one["name"] == name)
    return str(found["told"])


def test_who_came_by_scim_is_found_once_a_worker_has_run(sbe: Sbe, variables: dict[str, str], tmp_path: Path) -> None:
    name = f"queue{uuid4().hex[:8]}"
    save = [sys.executable, "-c", _SAVE, f"{name}@example.org", name]
    subprocess.run(save, check=True, env=variables, capture_output=True)
    browser = sbe.login(*ADMIN)

    def is_found() -> bool:
        answer = browser.get("/search/live", query_string={"q": name}, headers={"Accept": "application/json"})
        return [hit["name"] for hits in answer.json["results"].values() for hit in hits] == [f"Zoé {name}"]

    assert not is_found()
    assert told(variables, "Redis") == "answers; 1 tasks wait for a worker (flask worker)"
    flask = str(Path(sys.executable).with_name("flask"))
    worker = ServerProcess([flask, "worker", "-p", "1", "-t", "1"], log=tmp_path / "worker.log", environment=variables)
    try:
        until(is_found, what="the index", deadline=60, poll=0.5)
        assert told(variables, "Redis") == "answers; 0 tasks wait for a worker (flask worker)"
    finally:
        worker.stop()


@pytest.fixture
def warnings(variables: dict[str, str]) -> Iterator[Callable[[], list[str]]]:
    """Look now, in a receiver: what it warns of."""
    command = [sys.executable, "-c", _LOOK]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=variables, text=True, **pipes) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        stdin, stdout = process.stdin, process.stdout

        def look() -> list[str]:
            print("look", file=stdin, flush=True)
            # Abilian SBE prints what it loads.
            (told,) = islice((line for line in stdout if line.startswith("warnings:")), 1)
            return str(told).split()[1:]

        yield look
        print("end", file=stdin, flush=True)


def test_a_queue_that_nobody_takes_from_and_a_redis_that_is_away_are_warnings(
    variables: dict[str, str], redis: LocalRedis, warnings: Callable[[], list[str]]
) -> None:
    assert warnings() == []
    save = [sys.executable, "-c", _SAVE, "queued@example.org", "queued"]
    subprocess.run(save, check=True, env=variables, capture_output=True)
    assert warnings() == []
    with Redis.from_url(redis.url) as client:
        (id,) = client.lrange("dramatiq:default", 0, -1)
        message = json.loads(client.hget("dramatiq:default.msgs", id))
        message["message_timestamp"] -= 90_000
        client.hset("dramatiq:default.msgs", id, json.dumps(message))
    assert warnings() == ["broker_behind"]
    assert "1 tasks wait for a worker, the oldest for " in told(variables, "Redis")
    redis.stop()
    assert warnings() == ["broker_away"]
