"""What was changed by hand is found, told, and brought back to what SCIM last said."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
from abilian.core.models.subjects import Group, User
from abilian.sbe.apps.communities.models import Community
from abilian.services import security_service
from sqlalchemy import text
from starlette.testclient import TestClient

from sbe_scim.app import Ports, create_app, drift_of
from sbe_scim.cli import main
from sbe_scim.cli.sbe import started
from sbe_scim.config import Settings
from sbe_scim.directory.sbe import SbeDirectory, SbeTransactions, rulebook, without_mail
from sbe_scim.service.nightly import Nightly
from sbe_scim.service.records import StoredRecords
from sbe_scim.store import sources, tokens
from tests.sbe.inside.support import Sbe

BASE = "http://scim.example.org/scim/v2"
_numbers = count()

Check = Callable[..., tuple[int, Any]]


@pytest.fixture
def source() -> str:
    """The name of a source of the test's own; people and groups start with it."""
    return f"s{next(_numbers)}"


@pytest.fixture
def http(ports: Ports, source: str) -> Iterator[TestClient]:
    with ports.transactions.write() as transaction:
        made = sources.add(transaction.connection, source, dialect="keycloak")
        token = tokens.create(transaction.connection, made.id, None)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}
    app = create_app(Settings(base_url=BASE, directory="sbe"), ports)
    with TestClient(app, base_url=BASE, headers=headers) as client:
        yield client


@pytest.fixture
def check(source: str, ports: Ports, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Check:
    """``sbe-scim sbe check`` of the source: its code, and its rows or what it says on stderr."""
    monkeypatch.setattr(started, "open_sbe", lambda: ports)

    def command(*options: str) -> tuple[int, Any]:
        code = main(("sbe", "check", "--source", source, "--json", *options))
        return code, json.loads(capsys.readouterr().out)

    return command


def people(http: TestClient, source: str, number: int) -> list[str]:
    made = []
    for one in range(number):
        body = {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": f"{source}.{one}",
            "name": {"givenName": "Hélène", "familyName": str(one)},
            "emails": [{"value": f"{source}.{one}@example.org", "primary": True}],
            "locale": "fr-FR",
        }
        made.append(str(http.post("/Users", json=body).raise_for_status().json()["id"]))
    return made


def team(http: TestClient, name: str, members: list[str]) -> str:
    body = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": name,
        "members": [{"value": member} for member in members],
    }
    return str(http.post("/Groups", json=body).raise_for_status().json()["id"])


def told(rows: Any) -> dict[str, tuple[list[str], int, str]]:
    return {row["name"]: (row["differs"], row["missing"], row["result"]) for row in rows}


def test_where_nobody_has_changed_anything_there_is_no_drift(http: TestClient, check: Check, source: str) -> None:
    team(http, source, people(http, source, 2))
    assert check() == (0, [])
    assert check("--repair") == (0, [])


def test_what_was_changed_by_hand_is_told_and_brought_back(
    sbe: Sbe, http: TestClient, check: Check, source: str
) -> None:
    ids = people(http, source, 4)
    team(http, f"{source} emptied", ids[:2])
    team(http, f"{source} gone", ids[2:3])
    sbe.local_account(f"{source}.local@example.org")
    with sbe.models() as session:
        first = session.query(User).filter(User.email == f"{source}.0@example.org").one()
        first.first_name, first.locale = "By hand", "en_US"
        emptied = session.query(Group).filter(Group.name == f"{source} emptied").one()
        emptied.members.discard(first)
        emptied.members.add(session.query(User).filter(User.email == f"{source}.local@example.org").one())
        gone = session.query(Group).filter(Group.name == f"{source} gone").one()
        session.delete(gone)
    sbe.delete(f"{source}.3@example.org")
    expected = {
        f"{source}.0": ["first_name", "locale"],
        f"{source}.3": ["account"],
        f"{source} emptied": ["members"],
        f"{source} gone": ["group"],
    }
    code, rows = check()
    assert code == 1
    assert told(rows) == {
        name: (differs, 0 if name.startswith(f"{source}.") else 1, "differs") for name, differs in expected.items()
    }
    # Only looked so far.
    assert check()[1] == rows
    code, rows = check("--repair")
    assert (code, {row["result"] for row in rows}) == (0, {"repaired"})
    assert check() == (0, [])
    assert sbe.known(f"{source}.0@example.org")["first_name"] == "Hélène"
    # Whom somebody has added stays.
    assert sbe.group(f"{source} emptied") == {
        f"{source}.0@example.org", f"{source}.1@example.org", f"{source}.local@example.org",
    }  # fmt: skip
    assert sbe.group(f"{source} gone") == {f"{source}.2@example.org"}
    with sbe.models() as session:
        query = text("SELECT count(*) FROM scim_journal WHERE operation = 'drift' AND source = :source")
        assert session.execute(query, {"source": source}).scalar() == 4


def set_active(http: TestClient, id: str, value: bool) -> None:
    operation = {"op": "replace", "path": "active", "value": value}
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]}
    answer = http.patch(f"/Users/{id}", json=body).raise_for_status()
    # What the provider says is what it reads: there is nothing for it to repair.
    assert answer.json()["active"] is value


def by_hand(sbe: Sbe, mail: str, **values: Any) -> None:
    with sbe.models() as session:
        session.query(User).filter(User.email == mail).update(values)


def test_an_address_that_was_given_to_who_has_none_goes_again(
    sbe: Sbe, http: TestClient, check: Check, source: str, ports: Ports
) -> None:
    with ports.transactions.write() as transaction:
        connection = transaction.connection
        without_mail.choose(connection, sources.require(connection, source).id, optional=True)
    body = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": source, "displayName": source}
    http.post("/Users", json=body).raise_for_status()
    with ports.transactions.write() as transaction:
        connection = transaction.connection
        without_mail.choose(connection, sources.require(connection, source).id, optional=False)
    assert check() == (0, [])
    with sbe.models() as session:
        session.query(User).filter(User.last_name == source).one().email = f"{source}@example.org"
    assert told(check("--repair")[1]) == {source: (["email"], 0, "refused: " + NO_MAIL)}
    with ports.transactions.write() as transaction:
        connection = transaction.connection
        without_mail.choose(connection, sources.require(connection, source).id, optional=True)
    assert told(check("--repair")[1]) == {source: (["email"], 0, "repaired")}
    assert check() == (0, [])


NO_MAIL = "emails: an account of Abilian SBE needs an e-mail address; give emails, or a userName that is one"


def test_an_account_that_was_opened_by_hand_is_closed(sbe: Sbe, http: TestClient, check: Check, source: str) -> None:
    (id,) = people(http, source, 1)
    set_active(http, id, False)
    by_hand(sbe, f"{source}.0@example.org", can_login=True)
    assert told(check("--repair")[1]) == {f"{source}.0": (["can_login"], 0, "repaired")}
    assert not sbe.known(f"{source}.0@example.org")["can_login"]


def test_an_account_that_was_closed_by_hand_stays_closed_until_it_is_opened_by_hand(
    sbe: Sbe, http: TestClient, check: Check, source: str
) -> None:
    mail = f"{source}.0@example.org"
    (id,) = people(http, source, 1)
    body = http.get(f"/Users/{id}").json()
    by_hand(sbe, mail, can_login=False, first_name="By hand")

    assert told(check()[1]) == {f"{source}.0": (["first_name"], 0, "differs")}
    assert told(check("--repair")[1]) == {f"{source}.0": (["first_name"], 0, "repaired")}
    assert check() == (0, [{
        "id": id, "source": source, "type": "User", "name": f"{source}.0", "differs": [], "missing": 0,
        "blocked": True, "result": "closed by hand, which stands",
    }])  # fmt: skip
    assert check("--repair") == check()
    for act in (
        lambda: http.put(f"/Users/{id}", json=body).raise_for_status(),
        lambda: http.put(f"/Users/{id}", json=body | {"title": "Cheffe"}).raise_for_status(),
        lambda: set_active(http, id, False),
        lambda: set_active(http, id, True),
    ):
        act()
        assert not sbe.known(mail)["can_login"]
    assert sbe.known(mail)["first_name"] == "Hélène"

    by_hand(sbe, mail, can_login=True)
    assert check() == (0, [])
    set_active(http, id, False)
    assert not sbe.known(mail)["can_login"]
    set_active(http, id, True)
    assert sbe.known(mail)["can_login"]


@pytest.mark.parametrize("noticed", [True, False])
def test_who_was_closed_by_hand_does_not_come_back_by_a_deletion(
    sbe: Sbe, http: TestClient, source: str, noticed: bool
) -> None:
    mail = f"{source}.0@example.org"
    (id,) = people(http, source, 1)
    by_hand(sbe, mail, can_login=False)
    if noticed:
        http.put(f"/Users/{id}", json=http.get(f"/Users/{id}").json()).raise_for_status()
    http.delete(f"/Users/{id}").raise_for_status()
    people(http, source, 1)
    assert not sbe.known(mail)["can_login"]


class TestRoles:
    """Roles that came by rules, and that somebody has changed by hand."""

    @pytest.fixture
    def ruled(self, http: TestClient, source: str, ports: Ports, sbe: Sbe) -> Iterator[str]:
        """Two people in a group whose members are administrators, and managers of a community; its page's name."""
        team(http, source, people(http, source, 2))
        with sbe.models() as session:
            session.add(Community(name=source, type="participative"))
        numbers = []
        for said in ({"role": "admin"}, {"role": "manager", "community": source}):
            with ports.transactions.write() as transaction:
                records = StoredRecords(transaction.connection)
                numbers.append(rulebook.add(transaction.session, records, source, group=source, **said).id)  # type: ignore[attr-defined, unused-ignore]
        yield source
        for number in numbers:
            with ports.transactions.write() as transaction:
                rulebook.remove(transaction.session, StoredRecords(transaction.connection), number)  # type: ignore[attr-defined, unused-ignore]

    @contextmanager
    def by_hand(self, sbe: Sbe, mail: str, community: str) -> Iterator[tuple[User, Community]]:
        with sbe.models() as session:
            user = session.query(User).filter(User.email == mail).one()
            yield user, session.query(Community).filter(Community.name == community).one()

    def has(self, sbe: Sbe, mail: str, community: str) -> tuple[bool, str | None]:
        with self.by_hand(sbe, mail, community) as (user, here):
            role = here.get_role(user)
            return bool(security_service.has_role(user, "admin")), None if role is None else str(role)

    def test_what_somebody_took_away_comes_back(self, sbe: Sbe, check: Check, source: str, ruled: str) -> None:
        first, second = (f"{source}.{number}@example.org" for number in range(2))
        assert check() == (0, [])
        with self.by_hand(sbe, first, ruled) as (user, here):
            security_service.ungrant_role(user, "admin")
            here.remove_membership(user)
        with self.by_hand(sbe, second, ruled) as (user, here):
            here.set_membership(user, "member")
        expected = {f"{source}.0": ["admin", f"community {ruled}"], f"{source}.1": [f"community {ruled}"]}
        assert told(check()[1]) == {name: (differs, 0, "differs") for name, differs in expected.items()}
        assert self.has(sbe, first, ruled) == (False, None)
        assert told(check("--repair")[1]) == {name: (differs, 0, "repaired") for name, differs in expected.items()}
        assert {self.has(sbe, mail, ruled) for mail in (first, second)} == {(True, "manager")}
        assert check() == (0, [])

    def test_what_was_revoked_and_is_there_again_as_it_was_given_goes(
        self, sbe: Sbe, http: TestClient, check: Check, source: str, ruled: str, ports: Ports
    ) -> None:
        """As where somebody's membership went without a request."""
        mail = f"{source}.0@example.org"
        with ports.transactions.write() as transaction:
            gone = text(
                "DELETE FROM scim_membership WHERE member_pk IN (SELECT pk FROM scim_resource WHERE key = :key)"
            )
            assert transaction.connection.execute(gone, {"key": f"{source}.0"}).rowcount == 1
        assert told(check("--repair")[1]) == {f"{source}.0": (["admin", f"community {ruled}"], 0, "repaired")}
        assert self.has(sbe, mail, ruled) == (False, None)
        assert self.has(sbe, f"{source}.1@example.org", ruled) == (True, "manager")
        assert check() == (0, [])

    def test_what_was_given_by_hand_is_no_drift(self, sbe: Sbe, http: TestClient, check: Check, source: str) -> None:
        people(http, source, 2)
        with sbe.models() as session:
            session.add(Community(name=source, type="participative"))
        mail = f"{source}.0@example.org"
        with self.by_hand(sbe, mail, source) as (user, here):
            security_service.grant_role(user, "admin")
            here.set_membership(user, "manager")
        try:
            assert check("--repair") == (0, [])
            assert self.has(sbe, mail, source) == (True, "manager")
        finally:
            with self.by_hand(sbe, mail, source) as (user, _):
                security_service.ungrant_role(user, "admin")

    def test_who_lost_a_role_counts_for_the_guard(
        self, sbe: Sbe, http: TestClient, check: Check, source: str, ports: Ports
    ) -> None:
        team(http, source, people(http, source, 4))
        with sbe.models() as session:
            session.add(Community(name=source, type="participative"))
        with ports.transactions.write() as transaction:
            records = StoredRecords(transaction.connection)
            said = {"group": source, "community": source, "role": "member"}
            rulebook.add(transaction.session, records, source, **said)  # type: ignore[attr-defined, unused-ignore]
        with sbe.models() as session:
            here = session.query(Community).filter(Community.name == source).one()
            for member in list(here.members):
                here.remove_membership(member)
        code, rows = check("--repair")
        assert (code, {row["result"] for row in rows}, len(rows)) == (1, {"differs"}, 4)
        code, rows = check("--repair", "--all")
        assert (code, {row["result"] for row in rows}) == (0, {"repaired"})
        with sbe.models() as session:
            assert session.query(Community).filter(Community.name == source).one().membership_count == 4


def shown(source: str, capsys: pytest.CaptureFixture[str]) -> Any:
    """What ``sbe-scim source show`` tells of the latest comparison."""
    assert main(("source", "show", source, "--json")) == 0
    return json.loads(capsys.readouterr().out).get("comparison")


def test_what_the_latest_comparison_has_found_is_kept(
    sbe: Sbe, http: TestClient, check: Check, source: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("SBE_SCIM_DIRECTORY", "sbe")
    people(http, source, 6)
    assert shown(source, capsys) is None
    for number in range(5):
        by_hand(sbe, f"{source}.{number}@example.org", last_name="By hand")
    by_hand(sbe, f"{source}.5@example.org", can_login=False)
    for options, expected in (
        ((), {"found": 5, "repaired": 0, "held": 0, "blocked": 1}),
        (("--repair",), {"found": 5, "repaired": 0, "held": 5, "blocked": 1}),
        (("--repair", "--all"), {"found": 5, "repaired": 5, "held": 0, "blocked": 1}),
        ((), {"found": 0, "repaired": 0, "held": 0, "blocked": 1}),
    ):
        check(*options)
        noted = shown(source, capsys)
        assert noted.pop("time").startswith("20")
        assert noted == expected


def test_the_health_check_tells_what_the_latest_comparison_of_all_sources_has_found(
    sbe: Sbe, http: TestClient, check: Check, source: str, ports: Ports
) -> None:
    def health() -> Any:
        drift = partial(drift_of, ports)
        answer = TestClient(create_app(Settings(directory="sbe"), ports, drift=drift)).get("/healthz")
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")
        return answer.json().get("drift", {})

    people(http, source, 1)
    check()
    before = health()
    by_hand(sbe, f"{source}.0@example.org", last_name="By hand")
    check("--repair")
    now = health()
    assert (now["found"], now["repaired"]) == (before["found"] + 1, before["repaired"] + 1)
    assert now.keys() == {"compared", "found", "repaired", "held", "blocked"}


def test_what_is_so_much_that_it_may_be_an_accident_waits_for_somebody(
    sbe: Sbe, http: TestClient, check: Check, source: str
) -> None:
    team(http, source, people(http, source, 5))
    with sbe.models() as session:
        row = session.query(Group).filter(Group.name == source).one()
        row.members.clear()
    code, rows = check("--repair")
    assert (code, told(rows)) == (1, {source: (["members"], 5, "differs")})
    assert sbe.group(source) == set()
    code, rows = check("--repair", "--all")
    assert (code, told(rows)) == (0, {source: (["members"], 5, "repaired")})
    assert len(sbe.group(source) or ()) == 5


def test_what_abilian_sbe_refuses_is_told_and_shuts_nobody_else_out(
    sbe: Sbe, http: TestClient, check: Check, source: str
) -> None:
    people(http, source, 2)
    sbe.delete(f"{source}.0@example.org")
    sbe.local_account(f"{source}.0@example.org")
    with sbe.models() as session:
        session.query(User).filter(User.email == f"{source}.1@example.org").update({"last_name": "By hand"})
    code, rows = check("--repair")
    found = told(rows)
    assert code == 1
    assert found[f"{source}.0"][2].startswith("refused: emails: another account of Abilian SBE")
    assert found[f"{source}.1"][2] == "repaired"


class TestEachNight:
    """What is done by itself, in one process of all that share the database."""

    @pytest.fixture
    def nightly(self, ports: Ports) -> Callable[[datetime], Counter[str] | None]:
        """What a process finds that looks at its clock at this time."""
        transactions, directory = ports
        assert isinstance(transactions, SbeTransactions)
        assert isinstance(directory, SbeDirectory)
        return lambda time: Nightly(transactions, directory, 3, clock=lambda: time).look()

    @pytest.fixture
    def midnight(self) -> datetime:
        """The beginning of a day of the test's own."""
        return datetime(2030, 1, 1) + timedelta(days=next(_numbers))

    def test_what_was_changed_by_hand_is_brought_back_once_in_the_hour_that_is_set(
        self, sbe: Sbe, http: TestClient, check: Check, source: str, nightly: Any, midnight: datetime
    ) -> None:
        mail = f"{source}.0@example.org"
        people(http, source, 1)
        by_hand(sbe, mail, first_name="By hand")
        assert nightly(midnight + timedelta(hours=2, minutes=59)) is None
        assert nightly(midnight + timedelta(hours=4)) is None
        assert nightly(midnight + timedelta(hours=3))["repaired"] == 1
        assert sbe.known(mail)["first_name"] == "Hélène"
        by_hand(sbe, mail, first_name="By hand")
        # Another process, or this one after a start.
        assert nightly(midnight + timedelta(hours=3, minutes=1)) is None
        assert check()[0] == 1
        assert nightly(midnight + timedelta(days=1, hours=3))["repaired"] == 1
        assert check() == (0, [])

    def test_what_may_be_an_accident_waits_for_somebody(
        self, sbe: Sbe, http: TestClient, check: Check, source: str, nightly: Any, midnight: datetime
    ) -> None:
        team(http, source, people(http, source, 5))
        with sbe.models() as session:
            row = session.query(Group).filter(Group.name == source).one()
            row.members.clear()
        assert nightly(midnight + timedelta(hours=3))["guarded"] == 1
        assert sbe.group(source) == set()
        assert check("--repair", "--all")[0] == 0

    def test_two_processes_at_once_do_it_once(self, nightly: Any, midnight: datetime) -> None:
        times = [midnight + timedelta(hours=3)] * 4
        with ThreadPoolExecutor(len(times)) as pool:
            results = list(pool.map(nightly, times))
        assert sum(result is not None for result in results) == 1
