"""Keycloak with the connector, as a local process or in a container."""

from tests.environment.keycloak.base import KEYCLOAK_VERSION, Keycloak
from tests.environment.keycloak.container import ContainerKeycloak
from tests.environment.keycloak.local import LocalKeycloak

__all__ = ["KEYCLOAK_VERSION", "ContainerKeycloak", "Keycloak", "LocalKeycloak"]
