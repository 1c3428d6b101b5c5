"""testcontainers as the tests use it: no Ryuk, whose image needs a registry; the reaper does its work."""

from __future__ import annotations

from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

testcontainers_config.ryuk_disabled = True


def container(image: str) -> DockerContainer:
    """A container that is not started yet."""
    return DockerContainer(image)
