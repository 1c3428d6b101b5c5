"""Sixteen clients at the same users and groups: no update is lost, and nobody is answered an error of the server."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from sbe_scim.store import open_database
from tests.environment.receiver import ReceiverProcess
from tests.faults.receiver.state import faults, live
from tests.unit.rig import group_body, patch_body, user_body

CLIENTS = 16
INCREMENTS = 5
ROUNDS = 40
PEOPLE = 6
GROUPS = 3

#: On PostgreSQL the receiver runs in two processes: what it keeps in memory must not matter.
everywhere = pytest.mark.parametrize(("database", "processes"), [("h2", 1), ("postgres", 2)])


@pytest.fixture
def receiver(receiver_database: str, processes: int, tmp_path: Any) -> Iterator[ReceiverProcess]:
    """A running receiver with nothing in it."""
    process = ReceiverProcess(
        receiver_database, log=tmp_path / "receiver.log", environment={"SBE_SCIM_WORKERS": str(processes)}
    )
    process.start()
    yield process
    process.stop()


@pytest.fixture
def crowd(receiver: ReceiverProcess, scim: httpx.Client) -> Iterator[Crowd]:
    """Clients of one source. In the end the parts of the database say the same, and lists the same as they."""
    # So few that all may go: the guard's row is locked by whoever takes access away, and nobody is held.
    receiver.command("source", "set", "staff", "--storm-limit", "1000000")
    together = Crowd(receiver)
    yield together
    together.close()
    totals = {kind: scim.get(f"/{kind}s?count=0").json()["totalResults"] for kind in ("User", "Group")}
    engine = open_database(receiver.database)
    with engine.connect() as connection:
        assert faults(connection) == []
        assert totals == live(connection)
    engine.dispose()
    together.check()


class Crowd:
    """Clients, and what they were answered."""

    def __init__(self, receiver: ReceiverProcess) -> None:
        self._clients = [receiver.client("staff") for _ in range(CLIENTS)]
        self._seen: list[list[httpx.Response]] = [[] for _ in range(CLIENTS)]

    def each(self, work: Callable[[Client], None]) -> None:
        """Let each client do this, all at the same time."""
        with ThreadPoolExecutor(CLIENTS) as threads:
            list(threads.map(lambda n: work(Client(self._clients[n], self._seen[n], n)), range(CLIENTS)))

    def statuses(self, method: str) -> list[int]:
        """What requests of this method were answered."""
        return [answer.status_code for seen in self._seen for answer in seen if answer.request.method == method]

    def check(self) -> None:
        """No error of the server, and no client saw a version after a later one."""
        assert [
            (answer.status_code, answer.text) for seen in self._seen for answer in seen if answer.is_server_error
        ] == []
        for seen in self._seen:
            latest: dict[str, int] = {}
            for answer in seen:
                if "etag" in answer.headers:
                    place, version = answer.headers["location"], int(answer.headers["etag"].strip('W/"'))
                    assert version >= latest.get(place, 0), f"{place} went back"
                    latest[place] = version

    def close(self) -> None:
        """Let go of the connections."""
        for client in self._clients:
            client.close()


class Client:
    """One of many."""

    def __init__(self, client: httpx.Client, seen: list[httpx.Response], number: int) -> None:
        self._client = client
        self._seen = seen
        self.number = number

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Send a request; the names of headers with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self._client.request(method, path, json=body, headers=sent)
        self._seen.append(answer)
        return answer


def created(scim: httpx.Client, path: str, body: Any) -> str:
    answer = scim.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return f"{path}/{answer.json()['id']}"


@everywhere
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_increments_by_if_match_add_up(crowd: Crowd, scim: httpx.Client, method: str) -> None:
    path = created(scim, "/Users", user_body("counter", title="0"))

    def increment(client: Client) -> None:
        done = 0
        while done < INCREMENTS:
            read = client("GET", path)
            title = str(int(read.json()["title"]) + 1)
            body = (
                user_body("counter", title=title)
                if method == "PUT"
                else patch_body({"op": "replace", "path": "title", "value": title})
            )
            answer = client(method, path, body, if_match=read.headers["etag"])
            assert answer.status_code in (200, 412), answer.text
            done += answer.status_code == 200

    crowd.each(increment)
    last = scim.get(path)
    assert int(last.json()["title"]) == CLIENTS * INCREMENTS
    assert last.headers["etag"] == f'W/"{CLIENTS * INCREMENTS + 1}"'
    assert 412 in crowd.statuses(method), "they never met"


@everywhere
def test_members_that_all_add_at_once_are_all_there(crowd: Crowd, scim: httpx.Client) -> None:
    group = created(scim, "/Groups", group_body("Élus"))

    def join(client: Client) -> None:
        for number in range(INCREMENTS):
            user = client("POST", "/Users", user_body(f"p{client.number}-{number}")).json()["id"]
            add = {"op": "add", "path": "members", "value": [{"value": user}]}
            assert client("PATCH", group, patch_body(add)).status_code == 200

    crowd.each(join)
    assert len(scim.get(group).json()["members"]) == CLIENTS * INCREMENTS


@everywhere
def test_of_all_that_create_one_name_one_succeeds(crowd: Crowd, scim: httpx.Client) -> None:
    def create(client: Client) -> None:
        for number in range(INCREMENTS):
            client("POST", "/Users", user_body(f"name{number}", emails=[{"value": f"{number}@example.org"}]))

    crowd.each(create)
    assert sorted(crowd.statuses("POST")) == [201] * INCREMENTS + [409] * (CLIENTS - 1) * INCREMENTS
    assert scim.get("/Users?count=0").json()["totalResults"] == INCREMENTS


@everywhere
def test_users_and_groups_that_are_put_and_deleted_by_all_stay_whole(crowd: Crowd, scim: httpx.Client) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed: {seed}")
    people = [created(scim, "/Users", user_body(f"p{number}")) for number in range(PEOPLE)]
    groups = [created(scim, "/Groups", group_body(f"g{number}")) for number in range(GROUPS)]

    def cross(client: Client) -> None:
        choose = random.Random(seed + client.number)
        for turn in range(ROUNDS):
            position, place = choose.randrange(PEOPLE), choose.randrange(GROUPS)
            members = [path.rpartition("/")[2] for path in choose.sample(people, 3)]
            what = choose.random()
            if what < 0.45:
                answer = client("PUT", groups[place], group_body(f"g{place}", *members))
            elif what < 0.7:
                answer = client("PUT", people[position], user_body(f"p{position}", title=str(turn)))
            elif what < 0.85:
                answer = client("DELETE", people[position])
                if answer.status_code == 204:
                    # Nobody else has this name now: whoever deleted makes the next one.
                    people[position] = f"/Users/{client('POST', '/Users', user_body(f'p{position}')).json()['id']}"
            else:
                answer = client("DELETE", groups[place])
                if answer.status_code == 204:
                    groups[place] = f"/Groups/{client('POST', '/Groups', group_body(f'g{place}')).json()['id']}"
            # 400: a member of the list was deleted meanwhile.
            assert answer.status_code in (200, 204, 400, 404), answer.text

    crowd.each(cross)
    for path in groups:
        members = {member["value"] for member in scim.get(path).json().get("members", ())}
        assert members <= {person.rpartition("/")[2] for person in people}
    totals = {kind: scim.get(f"/{kind}?count=0").json()["totalResults"] for kind in ("Users", "Groups")}
    assert totals == {"Users": PEOPLE, "Groups": GROUPS}
