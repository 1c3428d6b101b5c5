"""What has to change in a running Abilian SBE 1.1 before a receiver can rely on it.

Everything that depends on internals of Abilian SBE beyond its models stands here.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from inspect import isfunction, ismethod
from time import monotonic
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.pool import Pool

from sbe_scim.directory.sbe.errors import SbeError
from sbe_scim.store.database import limit_lock_waits
from sbe_scim.store.failures import hide_values
from sbe_scim.store.patience import time_left

_log = logging.getLogger(__name__)

#: Execution option of a connection whose transaction writes.
WRITES = "scim_writes"
#: How long a broker that does not answer may hold up a request, in seconds.
_BROKER_TIMEOUT = 2.0
#: A connection that was in use so short a time ago is taken to live, in seconds.
_LIVES = 1.0
_LEFT = "scim_left"
#: Packages whose listeners Abilian SBE comes with.
_KNOWN = frozenset({"abilian", "sqlalchemy", "sqlalchemy_utils"})
_SYNCHRONISED = "__sbe_community_group_sync_processed__"


def apply(app: Any, engine: Engine) -> None:
    """Prepare the process, an application and its engine. Raises :class:`SbeError` when they are built differently."""
    _prepare_process()
    _leave_blobs_alone(app)
    hide_values(engine)
    limit_lock_waits(engine)
    # What is open already was opened without it.
    engine.dispose()
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def forget_synchronisation(user: Any) -> None:
    """Let Abilian SBE carry the next change of group of ``user`` over to the linked community.

    It marks users that it has carried over, to end a recursion, and never takes the mark off again: the second group
    in the same session would be missed.
    """
    vars(user).pop(_SYNCHRONISED, None)


def index_again(objects: Collection[Any]) -> None:
    """Have the search index take these up once more at the commit, though nothing of themselves has changed."""
    from abilian.services import index_service

    index_service.app_state.to_update.extend(("changed", one) for one in objects)


def index_new(session: Any, model: Any, number: int) -> Any:
    """Have the search index take up a new row that the models have not written; returns its object."""
    from abilian.services import index_service

    row = model.__mapper__.class_manager.new_instance()
    row.id = number
    make_transient_to_detached(row)
    session.add(row)
    index_service.app_state.to_update.append(("new", row))
    return row


@contextmanager
def index_undone() -> Iterator[None]:
    """Have the search index take up nothing of the block when it raises: it is rolled back, not what was before it."""
    from abilian.services import index_service

    before = len(index_service.app_state.to_update)
    try:
        yield
    except BaseException:
        del index_service.app_state.to_update[before:]
        raise


def only_known_listeners(*events: Iterable[Any]) -> bool:
    """Tell whether nobody listens to these events of the models but what belongs to Abilian SBE itself."""
    return all(_origin(listener).partition(".")[0] in _KNOWN for listeners in events for listener in listeners)


def _origin(listener: Any) -> str:
    """The module of a listener; SQLAlchemy may have wrapped it."""
    cells = (cell.cell_contents for cell in getattr(listener, "__closure__", None) or ())
    inner = next((one for one in cells if isfunction(one) or ismethod(one)), listener)
    return str(getattr(inner, "__module__", ""))


@cache
def _prepare_process() -> None:
    # Once: Abilian SBE too listens once, however many applications a process makes.
    _silence()
    _guard_index()
    _bound_broker()
    _ask_connections_less()


def _silence() -> None:
    from loguru import logger  # type: ignore[import-not-found, unused-ignore]

    # Abilian SBE logs users with their mail addresses, and failed documents of the index whole.
    logger.disable("abilian")


def _guard_index() -> None:
    """Keep a search index that cannot be reached from failing a request that is already committed."""
    from abilian.services import index_service

    def update_index(session: Session) -> None:
        try:
            index_service.after_commit(session)
        except Exception as error:
            # The text of the error may hold what was to be indexed.
            _log.warning(
                "search index of Abilian SBE not updated, repair it by `sbe-scim sbe reindex`",
                extra={"error": type(error).__name__},
            )

    _expect("after_commit", index_service.after_commit)
    event.remove(Session, "after_commit", index_service.after_commit)
    event.listen(Session, "after_commit", update_index)


def _bound_broker() -> None:
    """Keep a broker that takes connections and never answers from holding up a committed request for ever."""
    from abilian.core.dramatiq.singleton import dramatiq
    from dramatiq.brokers.redis import RedisBroker  # type: ignore[import-not-found, unused-ignore]

    if isinstance(dramatiq.broker, RedisBroker):
        # It has not connected yet. This is the limit for connecting too; a URL may say another (socket_timeout).
        options = dramatiq.broker.client.connection_pool.connection_kwargs
        options["socket_timeout"] = options.get("socket_timeout") or _BROKER_TIMEOUT


def _ask_connections_less() -> None:
    """Ask only a connection that was idle for a while whether it lives, not each before each transaction.

    Where the server has ended one meanwhile, a request is answered 503, as it is when that happens during one.
    """
    from abilian.core.sqlalchemy import listeners

    def note(_connection: object, record: Any) -> None:
        record.info[_LEFT] = monotonic()

    def ask(connection: Any, record: Any, proxy: Any) -> None:
        if monotonic() - record.info.get(_LEFT, monotonic()) > _LIVES:
            listeners.ping_connection(connection, record, proxy)

    _expect("checkout", listeners.ping_connection, Pool)
    event.remove(Pool, "checkout", listeners.ping_connection)
    event.listen(Pool, "checkin", note)
    event.listen(Pool, "checkout", ask)


def _leave_blobs_alone(app: Any) -> None:
    """Keep Abilian SBE from making a folder for each session and deleting it after the commit, when it must not fail.

    It is there for files that are uploaded; the receiver writes none.
    """
    from abilian.services import session_blob_store

    _expect("after_commit", session_blob_store.commit)
    with app.app_context():
        session_blob_store.stop(ignore_state=True)


def _expect(name: str, listener: Any, target: Any = Session) -> None:
    if not event.contains(target, name, listener):
        raise SbeError(
            f"this abilian-sbe does not call {listener.__qualname__} on {name}; the receiver does not know how to make "
            "it safe, install one that is known to work: abilian-sbe 1.1.15"
        )


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:
    # The driver's own idea of when to BEGIN comes too late for a lock and not at all for reads.
    dbapi_connection.isolation_level = None


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql(f"PRAGMA busy_timeout={int(time_left() * 1000)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
