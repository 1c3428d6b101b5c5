"""Real parts for tests and demonstration: Keycloak, PostgreSQL, the receiver, and faults between them."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
#: What is downloaded or unpacked once and kept between runs.
CACHE = ROOT / ".cache"
CONNECTOR_JAR = ROOT / "keycloak-event-listener" / "target" / "sbe-scim-keycloak.jar"
FAULTS_JAR = ROOT / "tests" / "environment" / "fault-provider" / "target" / "sbe-scim-faults.jar"
