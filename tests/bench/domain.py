"""A group of Active Directory with more members than are shown at once, from a Samba domain to a real receiver.

A domain controller of Windows shows 1,500 members of a group and wants to be asked for the others. Printed is how long
1,501 people take from their import by Keycloak until they and the group of all are at the receiver, and how long it
takes until one who leaves is out of it; both end only where the group there has exactly these members. Give another
size, such as 5000, and time.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack

from tests.bench.rig import HOME, realm, receiver, seconds
from tests.conftest import make_chain
from tests.environment.admin import Admin
from tests.environment.backend import LocalBackend
from tests.environment.openldap import Federation
from tests.environment.samba import provider
from tests.environment.waiting import until

RANGE = 1500
SIZE = int(sys.argv[1]) if len(sys.argv) > 1 else RANGE + 1
REALM = "bench-domain"
DEADLINE = 600.0


def main() -> None:
    HOME.mkdir(parents=True, exist_ok=True)
    backend = LocalBackend("a bench")
    with ExitStack() as stack:
        domain, host = backend.samba()
        stack.callback(domain.remove)
        domain.start()
        server = backend.keycloak("dev-file")
        stack.callback(server.stop)
        server.start()
        process = stack.enter_context(receiver())
        admin = Admin(server, timeout=DEADLINE)
        chain = make_chain(server, process, stack.enter_context(realm(admin, REALM)))

        tree = domain.add_tree("bench")
        names = [f"agent{number:05}" for number in range(SIZE)]
        domain.add_people(tree, names)
        domain.add_group(tree.group("Tous"), [tree.person(name) for name in names])
        domain.show_members(RANGE)
        url = f"ldaps://{host}:{domain.port}"
        federation = Federation(admin, REALM, url, tree, **provider(url, tree))
        federation.map_groups(
            **{"group.object.classes": "group", "membership.user.ldap.attribute": "sAMAccountName"},
        )
        chain.enable()

        def see(expected: int) -> None:
            until(chain.group_size, lambda size: size == expected, what=f"{expected} members", deadline=DEADLINE)

        def arrive() -> None:
            imported = federation.sync()["added"]
            assert imported == SIZE, f"{imported} people were imported"
            see(SIZE)

        def leave() -> None:
            domain.leave(tree.group("Tous"), tree.person(names[-1]))
            see(SIZE - 1)

        print(f"{SIZE} people and the group of all, of which {RANGE} are shown at once: {seconds(arrive):.1f} s")
        print(f"one leaves: {seconds(leave):.1f} s")


if __name__ == "__main__":
    main()
