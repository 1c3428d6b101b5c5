"""Run the demonstration; exit code 0 only when every change arrived.

``DEMO_ONCE=1`` stops at its end, ``SBE=1`` has a real Abilian SBE in it.
"""

from __future__ import annotations

import os
import statistics
import sys
import threading

from tests.demo.chain import DEADLINE, REALM, Chain, NotArrivedError, arrival, running
from tests.demo.scenario import PEOPLE_TO_TRY, Step, scenario
from tests.environment.broker import PASSWORD
from tests.sbe.server import ADMIN
from tests.sbe.server import PASSWORD as SBE_PASSWORD


def say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    with running(say) as chain:
        say("\nEach line: what is done in Keycloak, what the receiver answers then, and the delay between the two.\n")
        delays = [play(step) for step in scenario(chain)]
        arrived = [delay for delay in delays if delay is not None]
        lost = len(delays) - len(arrived)
        median = f"; median delay {statistics.median(arrived):.0f} ms" if arrived else ""
        say(f"\n{len(arrived)} of {len(delays)} changes arrived{median}")
        farewell(chain)
        if not os.environ.get("DEMO_ONCE"):
            say("\nEverything stays up. Ctrl-C stops it.")
            threading.Event().wait()
    return 1 if lost else 0


def play(step: Step) -> float | None:
    """Make one change and report it; the delay in milliseconds, ``None`` when it did not arrive."""
    step.do()
    try:
        seen, delay = arrival(step.read, step.expected)
    except NotArrivedError:
        say(f"  {step.what:<62} NOT ARRIVED within {DEADLINE:.0f} s")
        return None
    say(f"  {step.what:<62} {delay:6.0f} ms  {step.show(seen)}")
    return delay


def farewell(chain: Chain) -> None:
    say(f"\nKeycloak   {chain.keycloak.url}/admin/master/console/#/{REALM}/users")
    say(f"           administrator {chain.keycloak.admin_user}, password {chain.keycloak.admin_password}")
    say(f"Receiver   {chain.receiver.base_url}/Users")
    say(f"           Authorization: Bearer {chain.token}")
    if chain.sbe is not None:
        say(f"SBE        {chain.sbe.url}")
        say(f"           {' or '.join(PEOPLE_TO_TRY)}, password {PASSWORD}")
        say(f"           its own administrator: {chain.sbe.url}/user/login?local=1, {ADMIN}, password {SBE_PASSWORD}")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say("\nStopped")
