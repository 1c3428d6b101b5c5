"""Fetch Keycloak's distribution and print where it is."""

from tests.environment.keycloak.distribution import archive

print(archive())
