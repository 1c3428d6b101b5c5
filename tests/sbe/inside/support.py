"""Abilian SBE as the tests beside it see it: its pages and its models.

The process runs with the variables of an Abilian SBE whose database is new (see ``tests/sbe/environment.py``). One
database serves a whole file, so every test uses names of its own.
"""

from __future__ import annotations

import html
import os
import socket
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from unittest import mock

from abilian.core.dramatiq.singleton import dramatiq
from abilian.core.extensions import db
from abilian.core.models.subjects import Group, User
from abilian.sbe.apps.communities.models import Community
from abilian.services import security_service
from abilian.wsgi import app
from dramatiq import Worker  # type: ignore[import-not-found, unused-ignore]
from flask_login import current_user  # type: ignore[import-not-found, unused-ignore]
from sqlalchemy import delete, event, select
from sqlalchemy.engine import Connection, Engine

from sbe_scim.app import Ports
from sbe_scim.directory.port import Accounts, DirectoryGroup, DirectoryUser
from sbe_scim.service.records import StoredRecords
from sbe_scim.store import prepared

ADMIN = (os.environ["SBE_TEST_ADMIN"], os.environ["SBE_TEST_PASSWORD"])


@dataclass(frozen=True)
class Sbe:
    """Abilian SBE as its users see it."""

    def login(self, email: str, password: str) -> Any:
        """A client with a session; the login must succeed."""
        client = app.test_client()
        answer = client.post("/user/login", data={"email": email, "password": password})
        assert answer.status_code == 302, answer.status
        return client

    @property
    def indexes_at_once(self) -> bool:
        """Whether what is committed is indexed at once, without a broker."""
        return bool(os.environ.get("TESTING_DIRECT_FUNCTION_CALL"))

    def indexed(self) -> None:
        """Wait until the worker has indexed all that was committed."""
        if not self.indexes_at_once:
            dramatiq.broker.join("default", interval=20, timeout=60_000)

    def signed_in(self, client: Any) -> str | None:
        """E-mail address of whom Abilian SBE recognises at the next request of a client."""
        with client:
            client.get("/")
            return str(current_user.email) if current_user.is_authenticated else None

    def people(self) -> str:
        """The rows of the page of people, as the administrator gets them."""
        answer = self.login(*ADMIN).get("/social/users/dt_json?iDisplayStart=0&iDisplayLength=500&sEcho=1")
        assert answer.status_code == 200
        return html.unescape(" ".join(cell for row in answer.json["aaData"] for cell in row))

    @contextmanager
    def models(self) -> Iterator[Any]:
        """A session of the user interface, committed at the end."""
        with app.app_context():
            yield db.session()
            db.session.commit()

    def account(self, email: str) -> dict[str, Any] | None:
        """The row of ``user``, with the names of its groups under ``groups``; None where there is none."""
        with self.models() as session:
            row = session.query(User).filter(User.email == email).one_or_none()
            if row is None:
                return None
            columns = {column.name: getattr(row, column.name) for column in User.__table__.c if column.name != "photo"}
            return columns | {"groups": {group.name for group in row.groups}}

    def known(self, email: str) -> dict[str, Any]:
        """The row of ``user``, which must be there."""
        account = self.account(email)
        assert account is not None
        return account

    def group(self, name: str) -> set[str] | None:
        """E-mail addresses of the members of a group; None where there is none."""
        with self.models() as session:
            row = session.query(Group).filter(Group.name == name).one_or_none()
            return None if row is None else {member.email for member in row.members}

    def communities(self, email: str) -> set[str]:
        """Names of the communities that someone is a member of."""
        with self.models() as session:
            row = session.query(User).filter(User.email == email).one()
            return {membership.community.name for membership in row.communautes_membership}

    def local_account(
        self, email: str, *, password: str = "pass", role: str | None = None, id: int | None = None
    ) -> int:
        """An account made by hand; ``id`` is one that the database gives again."""
        with self.models() as session:
            user = User(email=email, first_name="Local", last_name="Account", password=password, can_login=True, id=id)
            session.add(user)
            session.flush()
            if role:
                security_service.grant_role(user, role)
            return int(user.id)

    def delete(self, email: str) -> int:
        """Delete an account, with every row that refers to it, as one does in SQL; returns the id that it had."""
        key = User.__table__.c.id
        with self.models() as session:
            (id,) = session.execute(select(key).where(User.email == email)).one()
            for table in db.metadata.tables.values():
                for column in (reference.parent for reference in table.foreign_keys if reference.column is key):
                    session.execute(delete(table).where(column == id))
            session.execute(delete(User.__table__).where(key == id))
            return int(id)

    def set_password(self, email: str, password: str) -> None:
        """A local password, for tests that need a session of someone."""
        with self.models() as session:
            session.query(User).filter(User.email == email).one().set_password(password)

    def community(self, name: str, group: str) -> str:
        """A community with documents, linked to a group; returns the path of its page."""
        with self.models() as session:
            community = Community(name=name, type="participative")
            session.add(community)
            session.flush()
            community.group = session.query(Group).filter(Group.name == group).one()
            session.flush()
            return f"/communities/{community.slug}/"


class IndexWorker:
    """A worker as ``flask worker`` starts it, in this process; where none is ``needed`` it does nothing."""

    def __init__(self, *, needed: bool) -> None:
        self._needed = needed
        self._running: Any = None

    @contextmanager
    def working(self) -> Iterator[None]:
        """Work during the block."""
        self._start()
        yield
        self._stop()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Leave everything to itself during the block: its connections are those of who sends, too."""
        self._stop()
        yield
        self._start()

    def _start(self) -> None:
        if self._needed:
            # One thread: Abilian SBE's index has one writer.
            self._running = Worker(dramatiq.broker, worker_threads=1)
            self._running.start()

    def _stop(self) -> None:
        if self._running is not None:
            self._running.stop()
            self._running = None


@contextmanager
def broker_at(listener: socket.socket) -> Iterator[None]:
    """Have Abilian SBE look for its broker there."""
    pool = dramatiq.broker.client.connection_pool
    with mock.patch.dict(pool.connection_kwargs, zip(("host", "port"), listener.getsockname(), strict=True)):
        pool.reset()
        yield
    pool.reset()


@contextmanager
def writes() -> Iterator[list[str]]:
    """What the block writes: the statements, and a word for each update of the search index."""
    seen: list[str] = []

    def note(statement: str) -> None:
        if statement.split()[0] in ("INSERT", "UPDATE", "DELETE"):
            seen.append(statement)

    def note_index(**_: object) -> None:
        seen.append("index")

    # Called where it is done at once, sent where a worker does it.
    update = mock.Mock(side_effect=note_index, send=note_index)
    # The module; its package has a service of the same name.
    service = sys.modules["abilian.services.indexing.service"]
    with statements(note), mock.patch.object(service, "index_update", update):
        yield seen


@contextmanager
def statements(note: Callable[[str], None]) -> Iterator[None]:
    """Call ``note`` with the text of each statement of the block, SQLAlchemy's and those that the driver is given.

    What is run in one round trip is one statement.
    """
    run, run_at_once = prepared._Psycopg.run, prepared._run_at_once

    def note_direct(compiled: Any, *arguments: Any) -> Any:
        note(compiled.text)
        return run(compiled, *arguments)

    def note_at_once(connection: Any, statements: Any) -> None:
        note("; ".join(one.text for one, _ in statements))
        run_at_once(connection, statements)

    def note_usual(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        note(statement)

    event.listen(Engine, "before_cursor_execute", note_usual)
    try:
        with (
            mock.patch.object(prepared._Psycopg, "run", note_direct),
            mock.patch.object(prepared, "_run_at_once", note_at_once),
        ):
            yield
    finally:
        event.remove(Engine, "before_cursor_execute", note_usual)


class MakeUser(Protocol):
    """Make a user as the service hands it over; ``document`` are attributes of the document."""

    def __call__(
        self, mail: str, *, id: str | None = None, active: bool = True, source: str = "test", **document: Any
    ) -> DirectoryUser: ...


class MakeGroup(Protocol):
    """Make a group as the service hands it over."""

    def __call__(self, name: str, *, id: str | None = None, source: str = "test") -> DirectoryGroup: ...


class Scim:
    """The directory as the service uses it; each method is a request, with a transaction of its own."""

    def __init__(self, ports: Ports) -> None:
        self.transactions, self._directory = ports

    @contextmanager
    def request(self) -> Iterator[tuple[Accounts, Connection]]:
        """One transaction for several calls."""
        with self.transactions.write() as transaction:
            connection = transaction.connection
            yield self._directory.accounts(transaction, StoredRecords(connection)), connection

    def user_saved(self, user: DirectoryUser) -> None:
        with self.request() as (accounts, _):
            accounts.user_saved(user)

    def user_removed(self, user_id: str) -> None:
        with self.request() as (accounts, _):
            accounts.user_removed(user_id)

    def group_saved(self, group: DirectoryGroup) -> None:
        with self.request() as (accounts, _):
            accounts.group_saved(group)

    def members_changed(self, group_id: str, added: Collection[str], removed: Collection[str]) -> None:
        with self.request() as (accounts, _):
            accounts.members_changed(group_id, added, removed)

    def group_removed(self, group_id: str) -> None:
        with self.request() as (accounts, _):
            accounts.group_removed(group_id)
