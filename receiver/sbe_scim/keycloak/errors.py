"""What can go wrong between an operator and a Keycloak server."""

from __future__ import annotations


class KeycloakError(Exception):
    """Keycloak refused or could not be asked; the message says what to do next."""


class UnclearError(KeycloakError):
    """Keycloak was asked, but whether it has done it is not known."""


class UnsettledError(KeycloakError):
    """A change may have been made, and Keycloak cannot be asked now."""
