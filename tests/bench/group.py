"""A large group between a real Keycloak and a real receiver: made, joined, left, and compared as a whole.

Printed is what each step cost in requests that write and in time, the time also per member against a group of 500 on
the same servers. A group of more than 1,000 is compared in pages and sent as differences; the receiver's limit for
bodies is the default. Give another size than 5,000, such as 50000, and time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack

from sqlalchemy import func, select

from sbe_scim.store import open_database
from sbe_scim.store.tables import journal
from tests.bench.rig import keycloak, realm, receiver, seconds
from tests.environment.admin import Admin
from tests.environment.chain import Chain
from tests.environment.keycloak import Keycloak
from tests.environment.people import people_in
from tests.environment.receiver import ReceiverProcess
from tests.environment.waiting import until

SIZES = (500, int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
DEADLINE = 1_800.0
_UNSEEN = 20


class Bench:
    """An enabled realm with one group of ``members`` people."""

    def __init__(self, server: Keycloak, process: ReceiverProcess, name: str, members: int) -> None:
        process.add_realm(server, name)
        self.members = members
        self._admin, self._realm = Admin(server), name
        self._chain = Chain(server, process, self._admin, name, process.client(name))
        self._group = self._admin.create_group(name, "Everybody")
        # A user name is taken for all sources of a receiver.
        people_in(self._admin, name, self._group, members, prefix=f"of{members}-")
        self._joins = self._admin.create_user(name, username=f"joins{members}")
        self._endpoint = ""

    def run(self) -> dict[str, float]:
        """Seconds of each step; prints them with the requests that wrote. Exits where one was refused."""
        members = self.members
        return {
            "first sync": self._step("first sync", self._enable, members),
            "one joins": self._step("one joins", self._join, members + 1),
            "compared, nothing differs": self._step("compared, nothing differs", self._compare, members + 1),
            "one leaves": self._step("one leaves", self._leave, members),
            "compared, 20 differ": self._step("compared, 20 differ", self._compare_after_the_unseen, members - 20),
        }

    def _step(self, what: str, act: Callable[[], None], expected: int) -> float:
        before = self._written()
        # A look at the status reads every link: a hundredth of the work at most.
        poll = 0.05 if self.members < 1_000 else 1.0

        def work() -> None:
            act()
            until(self._size, lambda size: size == expected, what=what, deadline=DEADLINE, poll=poll)

        taken = seconds(work)
        self._chain.settle(deadline=DEADLINE)
        self._stop_where_refused()
        print(f"{self.members:6} members, {what}: {taken:.1f} s, {self._written() - before} writes", flush=True)
        return taken

    def _size(self) -> int:
        self._stop_where_refused()
        return self._chain.group_size()

    def _stop_where_refused(self) -> None:
        status = self._admin.scim_status(self._realm)[0]
        if status["parked"] or status["stillIn"]:
            raise SystemExit(f"something was refused: {status}")

    def _written(self) -> int:
        engine = open_database(self._chain.receiver.database)
        try:
            with engine.connect() as connection:
                wrote = journal.c.operation.in_(("create", "replace", "patch", "delete"))
                count = select(func.count()).where(journal.c.source == self._realm, wrote)
                return int(connection.execute(count).scalar_one())
        finally:
            engine.dispose()

    def _enable(self) -> None:
        self._endpoint = self._chain.enable(attributeMapping=["title=title"])

    def _join(self) -> None:
        self._admin.join(self._realm, self._joins, self._group)

    def _leave(self) -> None:
        self._admin.leave(self._realm, self._joins, self._group)

    def _compare(self) -> None:
        basis = f"SELECT PROJECTION FROM SBE_SCIM_ENDPOINT WHERE ENDPOINT_ID = '{self._endpoint}'"
        before = self._admin.sql(self._realm, basis)
        self._configure("title=title", "locale=locale")
        until(
            lambda: self._admin.sql(self._realm, basis) != before and not self._waiting(),
            what="everybody was looked at",
            deadline=DEADLINE,
            poll=0.2,
        )

    def _waiting(self) -> int:
        found: int = self._admin.scim_status(self._realm)[0]["pending"]
        return found

    def _compare_after_the_unseen(self) -> None:
        # No event tells of this: only a comparison finds it.
        found = f"SELECT USER_ID FROM USER_GROUP_MEMBERSHIP WHERE GROUP_ID = '{self._group}' LIMIT {_UNSEEN}"
        ids = ", ".join(f"'{row[0]}'" for row in self._admin.sql(self._realm, found))
        self._admin.sql(self._realm, f"DELETE FROM USER_GROUP_MEMBERSHIP WHERE USER_ID IN ({ids})")
        self._configure("title=title")

    def _configure(self, *mapping: str) -> None:
        self._admin.configure(self._realm, self._endpoint, {"attributeMapping": list(mapping)})


def main() -> None:
    with ExitStack() as stack:
        server = stack.enter_context(keycloak())
        process = stack.enter_context(receiver())
        admin = Admin(server)
        small, large = (
            Bench(server, process, stack.enter_context(realm(admin, f"bench-group-{members}")), members).run()
            for members in SIZES
        )
        for what in small:
            print(f"{what}: {large[what] / SIZES[1] / (small[what] / SIZES[0]):.2f} × the time per member")


if __name__ == "__main__":
    main()
