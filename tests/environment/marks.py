"""Marks of tests."""

from __future__ import annotations

import pytest

#: Run the test on H2 and on PostgreSQL: what happens in Keycloak's transaction must hold on both.
both_databases = pytest.mark.parametrize("database", ["h2", "postgres"])
