"""From the answer of Keycloak's Admin API to the change being readable in the receiver, over 200 changes.

Run beside it, as the limit that no sender can beat on this machine: writing and reading one resource at the
receiver itself.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

import httpx

from tests.bench.rig import keycloak, quantile, realm, receiver, seconds
from tests.environment.admin import Admin
from tests.environment.receiver import ReceiverProcess

CHANGES = 200
POLL = 0.002
DEADLINE = 30.0
REACH_MEDIAN_MS, REACH_P99_MS = 100, 1000


def delays(admin: Admin, name: str, process: ReceiverProcess, prefix: str = "person") -> Iterator[float]:
    """One delay in seconds per change: creations and changes of name by turns."""
    reader = process.client(name)
    identifiers: list[str] = []
    for number in range(CHANGES):
        if number % 2 == 0:
            identifiers.append(admin.create_user(name, username=f"{prefix}-{number}", firstName="A", lastName="B"))
            given = "A"
        else:
            given = f"A{number}"
            admin.update_user(name, identifiers[-1], firstName=given)
        yield arrival(reader, identifiers[-1], given)


def arrival(reader: httpx.Client, external_id: str, given: str) -> float:
    start = time.perf_counter()
    while True:
        found = reader.get("/Users", params={"filter": f'externalId eq "{external_id}"'}).raise_for_status().json()
        delay = time.perf_counter() - start
        if any(person["name"]["givenName"] == given for person in found.get("Resources", [])):
            return delay
        if delay > DEADLINE:
            raise SystemExit(f"change of {external_id} did not arrive within {DEADLINE:.0f} s")
        time.sleep(POLL)


def floor(process: ReceiverProcess, name: str) -> float:
    """Median seconds of a POST and a GET at the receiver, without Keycloak."""
    client = process.client(name)
    number = iter(range(10_000))

    def write_and_read() -> None:
        body = {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": f"floor-{next(number)}",
        }
        created = client.post("/Users", json=body).raise_for_status().json()
        client.get(f"/Users/{created['id']}").raise_for_status()

    return statistics.median(seconds(write_and_read) for _ in range(50))


def main() -> None:
    with keycloak() as server, receiver() as process:
        admin = Admin(server)
        with realm(admin, "bench-delay") as name:
            process.add_realm(server, name)
            admin.enable_scim(name, process.base_url)
            limit = floor(process, name)
            measured = list(delays(admin, name, process))
    median, p99 = statistics.median(measured) * 1000, quantile(measured, 0.99) * 1000
    print(
        f"delay over {CHANGES} changes: median {median:.0f} ms (reach {REACH_MEDIAN_MS}), "
        f"99 % {p99:.0f} ms (reach {REACH_P99_MS})"
    )
    print(f"ratio to a write and a read at the receiver alone ({limit * 1000:.0f} ms): {median / limit / 1000:.1f}")


if __name__ == "__main__":
    main()
