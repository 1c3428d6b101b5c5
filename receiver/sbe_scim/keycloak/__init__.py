"""Keycloak seen from an operator's machine: its Admin API, and how a realm is enabled."""

from sbe_scim.keycloak.admin import PASSWORD_VARIABLE, KeycloakAdmin
from sbe_scim.keycloak.enablement import Enablement, Receiver, enable
from sbe_scim.keycloak.errors import KeycloakError
from sbe_scim.keycloak.jar import JAR_NAME, connector_jar

__all__ = [
    "JAR_NAME",
    "PASSWORD_VARIABLE",
    "Enablement",
    "KeycloakAdmin",
    "KeycloakError",
    "Receiver",
    "connector_jar",
    "enable",
]
