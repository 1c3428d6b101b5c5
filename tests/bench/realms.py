"""How soon a change arrives in realms whose receiver is well, beside those that are not, on one server.

``python -m tests.bench.realms [REALMS]``, 200 by default: half of them have a dead receiver, one in twenty a hostile
one, and one begins a first sync of 20,000 people. The same changes are made before and meanwhile.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial

from tests.bench.rig import keycloak_on_postgres, quantile, receiver, seconds
from tests.conftest import make_chain
from tests.environment.admin import Admin
from tests.environment.neighbours import Founder, Well, trouble, well
from tests.environment.waiting import until

REALMS = int(sys.argv[1]) if len(sys.argv) > 1 else 200
PEOPLE = 20_000
ROUNDS = 3


def measure(realms: Sequence[Well], word: str) -> list[float]:
    """Seconds from the request of each change to when it was read at the receiver."""
    return [seconds(partial(one.change, f"{word}{number}")) for number in range(ROUNDS) for one in realms]


def told(values: Sequence[float]) -> str:
    middle, most, longest = (quantile(values, share) * 1000 for share in (0.5, 0.99, 1))
    return f"median {middle:.0f} ms, 99 % {most:.0f} ms, longest {longest:.0f} ms ({len(values)} changes)"


def main() -> None:
    with keycloak_on_postgres() as (server, _), receiver() as process:
        admin = Admin(server)
        names = [f"bench-{number:03}" for number in range(REALMS)]
        founder = Founder(admin)
        for name in names:
            founder.found(name)
        large, *rest = names
        dead, rest = rest[: REALMS // 2], rest[REALMS // 2 :]
        hostile, rest = rest[: REALMS // 20], rest[REALMS // 20 :]
        healthy = [well(make_chain(server, process, name)) for name in rest]
        quiet = measure(healthy, "Calme")
        print(f"a change in {len(healthy)} realms, the others silent: {told(quiet)}", flush=True)
        with trouble(server, process, dead=dead, hostile=hostile, large=large, people=PEOPLE) as others:
            until(others.arrived, what="the first sync to begin", deadline=300)
            before = others.arrived()
            busy = measure(healthy, "Foule")
            after = others.arrived()
        print(f"beside {len(dead)} dead, {len(hostile)} hostile and a first sync: {told(busy)}; reach: all < 1 s")
        print(f"median / median: {quantile(busy, 0.5) / quantile(quiet, 0.5):.1f}")
        print(f"the first sync was at {before}, then {after} of {PEOPLE}; hostile answers: {others.hostile.answered}")
        if after >= PEOPLE:
            raise SystemExit("the first sync was over: nothing was measured")


if __name__ == "__main__":
    main()
