"""Start Abilian SBE inside the receiver: check that it is the right one, and make it safe to call from here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from threading import Event
from typing import Any

from sqlalchemy import inspect, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from sbe_scim.directory.sbe import patches
from sbe_scim.directory.sbe.beside import DATABASE_VARIABLE
from sbe_scim.directory.sbe.errors import SbeError

#: The releases of Abilian SBE whose internals this package knows.
SUPPORTED = "1.1."
_REQUIRED = {
    DATABASE_VARIABLE: "the database of Abilian SBE, such as postgresql://user@host/sbe",
    "FLASK_SERVER_NAME": "the public host name of Abilian SBE, such as intranet.example.org",
    "FLASK_SECRET_KEY": "the secret key of Abilian SBE",
}


_started = Event()


@dataclass(frozen=True, slots=True)
class Host:
    """A started Abilian SBE: its Flask application, its Flask-SQLAlchemy extension, and its engine."""

    app: Any
    db: Any
    engine: Engine


def start(environment: Mapping[str, str] = os.environ) -> Host:
    """Start the Abilian SBE of this virtualenv as its own variables (``FLASK_…``) configure it.

    Raises :class:`SbeError`.
    """
    _check_version()
    _check_environment(environment)
    _started.set()
    from abilian.core.extensions import db
    from abilian.sbe.app import create_app

    try:
        app = create_app()
    except SystemExit:
        raise SbeError("Abilian SBE refuses its configuration; its reason is above") from None
    with app.app_context():
        engine: Engine = db.engine
    _check_database(engine)
    patches.apply(app, engine)
    return Host(app, db, engine)


def started_here() -> bool:
    """Tell whether this process is a receiver, so that nobody is served a page by the Abilian SBE in it."""
    return _started.is_set()


def _check_version() -> None:
    try:
        found = version("abilian-sbe")
    except PackageNotFoundError:
        raise SbeError(
            "abilian-sbe is not installed here; install the receiver in the virtualenv of Abilian SBE"
        ) from None
    if not found.startswith(SUPPORTED):
        raise SbeError(f"abilian-sbe {found} is not supported; this receiver knows releases {SUPPORTED}x")


def _check_environment(environment: Mapping[str, str]) -> None:
    missing = [f"{name} ({meaning})" for name, meaning in _REQUIRED.items() if not environment.get(name)]
    if missing:
        raise SbeError(f"set the variables that Abilian SBE itself runs with; missing: {', '.join(missing)}")


def _check_database(engine: Engine) -> None:
    if engine.dialect.name not in ("sqlite", "postgresql"):
        raise SbeError(f"Abilian SBE on {engine.dialect.name} is not supported; use PostgreSQL")
    try:
        with engine.connect() as connection:
            ready = (
                inspect(connection).has_table("user")
                and connection.execute(text('SELECT 1 FROM "user" WHERE id = 0')).scalar()
            )
    except SQLAlchemyError as error:
        raise SbeError(f"the database of Abilian SBE does not answer ({type(error).__name__})") from None
    if not ready:
        raise SbeError("the database of Abilian SBE is empty; run: flask initdb")
