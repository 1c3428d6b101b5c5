"""What of an Abilian SBE keeps provisioned people from seeing it as they should."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from sbe_scim.directory.sbe import clients
from sbe_scim.directory.sbe.host import Host
from sbe_scim.directory.sbe.sealed import Seal
from sbe_scim.options import SettingsError
from sbe_scim.sbe_plugin.plugin import REPAIRS_VARIABLE, chosen
from sbe_scim.sbe_plugin.repairs import REPAIRS
from sbe_scim.sbe_plugin.settings import LOCAL_PASSWORDS, are_closed

PLUGIN = "sbe_scim.sbe_plugin"
PLUGINS_VARIABLE = "FLASK_PLUGINS"
#: For one answer of Redis, in seconds.
_PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``remedy`` is what somebody has to do, ``None`` where all is well."""

    name: str
    told: str
    remedy: str | None = None


def examine(host: Host, environment: Mapping[str, str]) -> list[Finding]:
    """Look at everything; what cannot be looked at is a finding too."""
    looks: tuple[Callable[[Host, Mapping[str, str]], Iterator[Finding]], ...] = (
        _release,
        _faults,
        _plugin,
        _sign_in,
        _queue,
        _index,
        _translations,
    )
    found: list[Finding] = []
    for look in looks:
        try:
            found.extend(look(host, environment))
        except Exception as error:
            name = look.__name__.strip("_").replace("_", " ")
            found.append(Finding(name, f"cannot be looked at ({type(error).__name__})", "see the log of Abilian SBE"))
    return found


def _release(host: Host, _environment: Mapping[str, str]) -> Iterator[Finding]:
    yield Finding("Abilian SBE", f"{version('abilian-sbe')}, on {host.engine.dialect.name}")


def _faults(host: Host, environment: Mapping[str, str]) -> Iterator[Finding]:
    loaded = _plugin_is_loaded(environment)
    try:
        made = {repair.name for repair in chosen(environment)} if loaded else set()
    except SettingsError:
        made = set()
    for repair in REPAIRS:
        if not repair.is_needed(host.app):
            continue
        if repair.name in made:
            yield Finding(repair.name, f"repaired by the plugin: {repair.fault}")
        else:
            remedy = f"let {REPAIRS_VARIABLE} name it" if loaded else f"load the plugin: {_line()}"
            yield Finding(repair.name, repair.fault, remedy)


def _plugin(_host: Host, environment: Mapping[str, str]) -> Iterator[Finding]:
    given = environment.get(PLUGINS_VARIABLE)
    try:
        listed = None if given is None else json.loads(given)
    except ValueError:
        listed = ()
    if listed is not None and not (isinstance(listed, list) and all(isinstance(name, str) for name in listed)):
        yield Finding("plugin", f"{PLUGINS_VARIABLE} is no JSON list of names", f"write {_line()}")
    elif not _plugin_is_loaded(environment):
        yield Finding("plugin", "not loaded by these variables", f"set {_line()} where pages are served")
    else:
        try:
            yield Finding("plugin", f"loaded, makes {len(chosen(environment))} of {len(REPAIRS)} repairs")
        except SettingsError as error:
            yield Finding("plugin", str(error), f"correct {REPAIRS_VARIABLE}")


def _sign_in(host: Host, environment: Mapping[str, str]) -> Iterator[Finding]:
    with host.engine.connect() as connection:
        known = clients.find_all(connection)
    if not known:
        yield Finding("sign-in", "nobody signs in by a realm: sbe-scim keycloak enable --sign-in")
    seal = Seal(environment["FLASK_SECRET_KEY"])
    for client in known:
        told = f"people of source {client.source!r} sign in at {client.url} by client {client.client_id!r}"
        if seal.open(client.client_secret) is None:
            yield Finding("sign-in", f"{told}; its secret was kept under another FLASK_SECRET_KEY", "enable again")
        elif not _plugin_is_loaded(environment):
            yield Finding("sign-in", told, f"load the plugin: {_line()}")
        else:
            yield Finding("sign-in", told)
    if known:
        yield _local_passwords(environment)


def _local_passwords(environment: Mapping[str, str]) -> Finding:
    try:
        told = "refused" if are_closed(environment) else f"good too; {LOCAL_PASSWORDS}=unlinked refuses them"
    except SettingsError as error:
        return Finding("local passwords", str(error), f"correct {LOCAL_PASSWORDS}")
    return Finding("local passwords", f"of people who sign in at a realm: {told}")


def _queue(_host: Host, _environment: Mapping[str, str]) -> Iterator[Finding]:
    from abilian.core.dramatiq.singleton import dramatiq
    from dramatiq.brokers.redis import RedisBroker  # type: ignore[import-not-found, unused-ignore]

    if not isinstance(dramatiq.broker, RedisBroker):
        yield Finding("Redis", "not used: what is written is indexed at once")
        return
    import redis  # type: ignore[import-not-found, unused-ignore]

    options = {**dramatiq.broker.client.connection_pool.connection_kwargs}
    options |= {"socket_timeout": _PATIENCE, "socket_connect_timeout": _PATIENCE}
    options.pop("parser_class", None)
    try:
        with redis.Redis(connection_pool=redis.ConnectionPool(**options)) as client:
            client.ping()
            waiting = client.llen("dramatiq:default")
    except redis.RedisError as error:
        remedy = "start it, then run flask reindex for what was missed"
        yield Finding("Redis", f"does not answer ({type(error).__name__}): search finds nobody new", remedy)
        return
    yield Finding("Redis", f"answers; {waiting} tasks wait for a worker (flask worker)")


def _index(host: Host, _environment: Mapping[str, str]) -> Iterator[Finding]:
    from abilian.services import index_service

    with host.app.app_context():
        folder = Path(index_service.app_state.whoosh_base)
        documents = index_service.index().doc_count()
    yield Finding("search index", f"{documents} documents in {folder}")


def _translations(_host: Host, _environment: Mapping[str, str]) -> Iterator[Finding]:
    import abilian

    folder = Path(abilian.__file__).parent / "translations"
    missing = sorted(
        po.parents[1].name for po in folder.glob("*/LC_MESSAGES/*.po") if not po.with_suffix(".mo").exists()
    )
    if missing:
        told = f"{', '.join(missing)} are not compiled: pages are English for everybody"
        yield Finding("translations", told, f"run pybabel compile -d {folder}")
    else:
        yield Finding("translations", "compiled")


def _plugin_is_loaded(environment: Mapping[str, str]) -> bool:
    try:
        return PLUGIN in json.loads(environment.get(PLUGINS_VARIABLE, "[]"))
    except (ValueError, TypeError):
        return False


def _line() -> str:
    return f"{PLUGINS_VARIABLE}='{json.dumps([PLUGIN])}'"
