"""Marks of tests."""

from __future__ import annotations

import os

import pytest

#: Run the test on H2 and on PostgreSQL: what happens in Keycloak's transaction must hold on both.
both_databases = pytest.mark.parametrize("database", ["h2", "postgres"])

EVERY_DATABASE = os.environ.get("SBE_SCIM_TEST_DATABASES") == "all"
#: Run the test on PostgreSQL, and on H2 too where ``SBE_SCIM_TEST_DATABASES=all`` asks for it: other tests take that
#: path of the connector on H2 each time.
databases = both_databases if EVERY_DATABASE else pytest.mark.parametrize("database", ["postgres"])
