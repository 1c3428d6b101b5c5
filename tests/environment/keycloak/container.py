"""Keycloak in a container, through testcontainers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.environment import reaper
from tests.environment.keycloak.base import (
    ADMIN_PASSWORD,
    ADMIN_USER,
    HEALTH,
    JAVA_OPTIONS,
    START_DEADLINE,
    Keycloak,
    start_options,
)
from tests.environment.ports import free_ports
from tests.environment.process import answers
from tests.environment.waiting import until

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer

HOST_ALIAS = "host.docker.internal"
_AUTHORITY = "/opt/keycloak/conf/authority.pem"


class ContainerKeycloak(Keycloak):
    """A container of an image that is built with the providers (see ``docker/images.sh``).

    Ports are chosen here and not by Docker, which would give other ones after a kill: the URL is part of the issuer.
    """

    admin_user = ADMIN_USER
    admin_password = ADMIN_PASSWORD
    receiver_host = HOST_ALIAS

    def __init__(
        self,
        image: str,
        *,
        database: str = "dev-file",
        options: Mapping[str, str] | None = None,
        trusted: Path | None = None,
    ) -> None:
        """``trusted`` is the PEM file of an authority whose certificates it takes."""
        self._image = image
        self._trusted = trusted
        self._options = {**start_options(database), **(options or {})}
        self._port, self._management_port = free_ports(2)
        self._container: DockerContainer | None = None
        self.url = f"http://127.0.0.1:{self._port}"
        self.management_address = f"127.0.0.1:{self._management_port}"

    def start(self) -> None:
        """Create the container, or start the one that was stopped or killed; wait until it is ready.

        Nothing to do where it runs.
        """
        if self._container is None:
            self._container = self._create()
        else:
            self._docker.start()
        until(self._ready, what="the start of Keycloak's container", deadline=START_DEADLINE, poll=0.1)

    def stop(self) -> None:
        """SIGTERM and wait; the container stays."""
        if self._container is not None:
            self._docker.stop(timeout=30)

    def kill(self) -> None:
        """SIGKILL to everything in the container; the container stays."""
        if self._container is not None:
            self._docker.kill()
            self._docker.wait()

    def remove(self) -> None:
        """Remove the container and its data."""
        if self._container is not None:
            identifier = self._docker.id
            self._container.stop()
            self._container = None
            reaper.forget_container(identifier)

    def log_text(self) -> str:
        """What it printed, over all its starts."""
        return "" if self._container is None else self._docker.logs().decode(errors="replace")

    @property
    def _docker(self) -> Any:
        assert self._container is not None
        return self._container.get_wrapped_container()

    def _create(self) -> DockerContainer:
        from tests.environment.containers import container

        if self._trusted is not None:
            self._options["truststore-paths"] = _AUTHORITY
        created = (
            container(self._image)
            .with_bind_ports(8080, self._port)
            .with_bind_ports(9000, self._management_port)
            .with_command(["start", "--optimized", *(f"--{name}={value}" for name, value in self._options.items())])
            .with_envs(
                KC_BOOTSTRAP_ADMIN_USERNAME=self.admin_user,
                KC_BOOTSTRAP_ADMIN_PASSWORD=self.admin_password,
                JAVA_OPTS_APPEND=JAVA_OPTIONS,
            )
            # kc.sh sizes the heap by the memory that it sees.
            .with_kwargs(extra_hosts={HOST_ALIAS: "host-gateway"}, mem_limit="1g")
        )
        if self._trusted is not None:
            created.with_volume_mapping(str(self._trusted), _AUTHORITY, "ro")
        created.start()
        reaper.watch_container(created.get_wrapped_container().id)
        return created

    def _ready(self) -> bool:
        self._docker.reload()
        if self._docker.status not in ("running", "created"):
            raise RuntimeError(f"the container is {self._docker.status}:\n{self.log_text()[-4000:]}")
        return answers(f"http://{self.management_address}{HEALTH}")
