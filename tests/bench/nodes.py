"""As ``delay``, on two nodes of one Keycloak with PostgreSQL: one delivers, and what the other changes arrives too.

Which of them delivers is decided by the lease: both are measured.
"""

from __future__ import annotations

import statistics

from tests.bench.delay import CHANGES, delays, floor
from tests.bench.rig import nodes, quantile, realm, receiver
from tests.environment.admin import Admin

REACH_MEDIAN_MS, REACH_LONGEST_MS = 300, 1000


def main() -> None:
    with nodes() as servers, receiver() as process, realm(Admin(servers[0]), "bench-nodes") as name:
        process.add_realm(servers[0], name)
        Admin(servers[0]).enable_scim(name, process.base_url)
        limit = floor(process, name) * 1000
        for number, server in enumerate(servers, 1):
            measured = [delay * 1000 for delay in delays(Admin(server), name, process, f"of-node-{number}")]
            median = statistics.median(measured)
            print(
                f"changes on node {number}, {CHANGES}: median {median:.0f} ms (reach {REACH_MEDIAN_MS}), "
                f"99 % {quantile(measured, 0.99):.0f} ms, longest {max(measured):.0f} ms "
                f"(reach {REACH_LONGEST_MS}); {median / limit:.1f} × a write and a read at the receiver alone",
                flush=True,
            )


if __name__ == "__main__":
    main()
