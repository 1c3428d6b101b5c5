"""What the URL of a database says: which one it is, and what of it may be told."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError


class DatabaseError(ValueError):
    """The database URL cannot be used; the text says why and what to write instead. It never repeats the URL, which
    may hold a password."""


def parse_url(url: str) -> URL:
    """Return the parts of a URL of a database that can hold the receiver's tables. Raises :class:`DatabaseError`."""
    try:
        target = make_url(url)
    except (ArgumentError, ValueError):
        # ValueError: a port that is no number.
        raise DatabaseError("not a database URL; write sqlite:///file.db or postgresql://user@host:5432/name") from None
    backend = target.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        raise DatabaseError(f"{backend} is not supported; write sqlite:///file.db or postgresql://user@host/name")
    if backend == "sqlite" and target.database in (None, "", ":memory:"):
        raise DatabaseError("an SQLite database in memory is lost at exit; write sqlite:///file.db")
    try:
        target.get_dialect()
    except NoSuchModuleError:
        raise DatabaseError(f"the driver of {target.drivername} is not known; write {backend}://") from None
    return target


def sqlite_file(url: str) -> Path | None:
    """Return the file of an SQLite database as its URL names it, ``None`` for other databases.

    Raises :class:`DatabaseError`.
    """
    target = parse_url(url)
    return Path(target.database or "") if target.get_backend_name() == "sqlite" else None


def told(url: str) -> str:
    """Say in words which database this is, without user and password. Raises :class:`DatabaseError`."""
    target = parse_url(url)
    if target.get_backend_name() == "sqlite":
        return f"SQLite, {Path(target.database or '').absolute()}"
    port = "" if target.port in (None, 5432) else f":{target.port}"
    return f"PostgreSQL, {target.database} on {target.host or 'this machine'}{port}"


def same_database(one: str, other: str) -> bool:
    """Tell whether two URLs lead to one database, whichever driver and options they name.

    Raises :class:`DatabaseError`.
    """
    return _place(parse_url(one)) == _place(parse_url(other))


def _place(target: URL) -> tuple[object, ...]:
    if target.get_backend_name() == "sqlite":
        return ("sqlite", Path(target.database or "").absolute())
    return (target.get_backend_name(), target.username, target.host, target.port or 5432, target.database)
