"""The provider JAR that travels inside the wheel."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

JAR_NAME = "sbe-scim-keycloak.jar"


def connector_jar() -> Path | None:
    """Where the JAR is: beside this module in a wheel, in Maven's target folder of a checkout; else ``None``."""
    packaged = Path(str(files("sbe_scim.keycloak"))) / JAR_NAME
    built = Path(__file__).parents[3] / "keycloak-event-listener" / "target" / JAR_NAME
    return next((jar for jar in (packaged, built) if jar.is_file()), None)
