"""Keycloak as a local process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.environment.keycloak.base import (
    ADMIN_PASSWORD,
    ADMIN_USER,
    BUILD_OPTIONS,
    H2_PROPERTIES,
    HEALTH,
    JAVA_OPTIONS,
    KEYCLOAK_VERSION,
    START_DEADLINE,
    Keycloak,
    start_options,
    vendor,
)
from tests.environment.keycloak.distribution import prepare
from tests.environment.ports import free_ports
from tests.environment.process import LocalServer, answers


class LocalKeycloak(LocalServer, Keycloak):
    """The distribution, with the connector's JAR (or without) and others in ``providers/``; its data are in ``home``.

    ``database`` is ``dev-file`` (H2 in ``home``), ``dev-mem`` or a JDBC URL with user and password; ``options`` are
    options of ``kc.sh start`` without their dashes, ``build`` of ``kc.sh build``. With ``fresh`` the embedded database
    starts empty. Distributions are unpacked and built below ``builds``, which servers may share; else in ``home``.
    ``environment`` is added to the process's own.
    """

    admin_user = ADMIN_USER
    admin_password = ADMIN_PASSWORD
    receiver_host = "127.0.0.1"

    def __init__(
        self,
        jar: Path | None,
        home: Path,
        *,
        database: str = "dev-file",
        options: Mapping[str, str] | None = None,
        build: Mapping[str, str] | None = None,
        log: Path | None = None,
        more_jars: Sequence[Path] = (),
        fresh: bool = False,
        builds: Path | None = None,
        version: str = KEYCLOAK_VERSION,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(log or home / "keycloak.log")
        self._home = home
        self._builds = builds or home
        self._database = database
        self._more_jars = tuple(more_jars)
        self.provide(jar, build)
        self._options = dict(options or {})
        self._fresh = fresh
        self._version = version
        self._environment = dict(environment or {})
        self._import: Path | None = None
        self._port, self._management_port = free_ports(2)
        self.url = f"http://127.0.0.1:{self._port}"
        self.management_address = f"127.0.0.1:{self._management_port}"

    def provide(self, jar: Path | None, build: Mapping[str, str] | None = None) -> None:
        """From the next start on, have this JAR of the connector, or none, and these options of ``kc.sh build``."""
        self._jars = (*((jar,) if jar else ()), *self._more_jars)
        self._build = {"db": vendor(self._database), **BUILD_OPTIONS, **(build or {})}

    def import_at_start(self, realm: Path) -> None:
        """The next start imports the realm in this file, as ``--import-realm`` does."""
        self._import = realm

    def start(self) -> None:
        """Unpack and build if needed, start, wait until it is ready; nothing to do where it runs."""
        if self._process is not None:
            return
        server = prepare(self._builds, self._jars, self._build, self._version)
        if self._fresh:
            shutil.rmtree(self._home / "h2", ignore_errors=True)
            self._log.unlink(missing_ok=True)
            self._fresh = False
        options = {
            "http-host": "127.0.0.1",
            "http-port": str(self._port),
            "http-management-port": str(self._management_port),
            **start_options(self._database),
            **({"db-url": _h2(self._home)} if self._database == "dev-file" else {}),
            **self._options,
        }
        arguments = ["start", "--optimized", *(f"--{k}={v}" for k, v in options.items())]
        with self._imported(server, arguments):
            self._launch(server, arguments)

    @contextmanager
    def _imported(self, server: Path, arguments: list[str]) -> Iterator[None]:
        """The folder of imports is the distribution's, and other servers run from it too."""
        realm, self._import = self._import, None
        if realm is None:
            yield
            return
        copy = server / "data" / "import" / realm.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(realm, copy)
        arguments.append("--import-realm")
        try:
            yield
        finally:
            copy.unlink()

    def _launch(self, server: Path, arguments: list[str]) -> None:
        self.launch(
            [str(server / "bin" / "kc.sh"), *arguments],
            lambda: answers(f"http://{self.management_address}{HEALTH}"),
            deadline=START_DEADLINE,
            environment={
                "KC_BOOTSTRAP_ADMIN_USERNAME": self.admin_user,
                "KC_BOOTSTRAP_ADMIN_PASSWORD": self.admin_password,
                "JAVA_OPTS_APPEND": JAVA_OPTIONS,
                **self._environment,
            },
        )


def _h2(home: Path) -> str:
    # As the server would make it, but for the folder: that one is the distribution's.
    return f"jdbc:h2:file:{home}/h2/keycloakdb;NON_KEYWORDS=VALUE{H2_PROPERTIES}"
