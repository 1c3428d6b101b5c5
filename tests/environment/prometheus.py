"""Debian's Prometheus as a local process, its promtool, and what it scrapes."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from tests.environment.keycloak.base import Keycloak
from tests.environment.ports import free_ports
from tests.environment.process import LocalServer, answers

START_DEADLINE = 60.0
_INTERVAL = "1s"


class Prometheus(LocalServer):
    """Scrapes ``targets``, addresses such as ``127.0.0.1:9000``, once a second, and evaluates the files of rules."""

    def __init__(self, targets: Sequence[str], *, rules: Sequence[Path] = (), log: Path) -> None:
        super().__init__(log)
        (self._port,) = free_ports(1)
        self._targets = list(targets)
        self._rules = [str(rule) for rule in rules]
        self._folder = Path(tempfile.mkdtemp(prefix="sbe-scim-prometheus-"))
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start and wait until it is ready."""
        (self._folder / "prometheus.yml").write_text(json.dumps(self._configuration()))
        self.launch(
            [
                tool("prometheus"),
                f"--config.file={self._folder}/prometheus.yml",
                f"--storage.tsdb.path={self._folder}/data",
                f"--web.listen-address=127.0.0.1:{self._port}",
            ],
            lambda: answers(f"{self.url}/-/ready"),
            deadline=START_DEADLINE,
        )

    def remove(self) -> None:
        """Stop it for good."""
        self.stop()
        shutil.rmtree(self._folder)

    def query(self, expression: str) -> list[dict[str, Any]]:
        """What an instant query finds now: series with ``metric`` and ``value``."""
        answer = httpx.get(f"{self.url}/api/v1/query", params={"query": expression}, timeout=30)
        body = answer.json()
        assert body["status"] == "success", f"{expression}: {body}"
        found: list[dict[str, Any]] = body["data"]["result"]
        return found

    def value(self, expression: str) -> float | None:
        """The value of the one series that a query finds; None where it finds none."""
        found = self.query(expression)
        assert len(found) <= 1, found
        return float(found[0]["value"][1]) if found else None

    def alerts(self, name: str, label: str = "realm") -> set[str]:
        """The names of the alerts of a realm, or of what ``label`` says, that are pending or firing."""
        body = httpx.get(f"{self.url}/api/v1/alerts", timeout=30).raise_for_status().json()
        found = [alert["labels"] for alert in body["data"]["alerts"]]
        return {labels["alertname"] for labels in found if labels.get(label) == name}

    def _configuration(self) -> dict[str, Any]:
        # JSON is YAML.
        return {
            "global": {"scrape_interval": _INTERVAL, "evaluation_interval": _INTERVAL},
            "rule_files": self._rules,
            "scrape_configs": [{"job_name": "keycloak", "static_configs": [{"targets": self._targets}]}],
        }


def scrape(keycloak: Keycloak) -> str:
    """A server's metrics, as text."""
    return httpx.get(f"http://{keycloak.management_address}/metrics", timeout=30).raise_for_status().text


def metric(keycloak: Keycloak, name: str, **labels: str) -> float | None:
    """The value of the one series with these labels; None where there is none."""
    wanted = {f'{label}="{value}"' for label, value in labels.items()}
    found = [
        float(line.rsplit(" ", 1)[1])
        for line in scrape(keycloak).splitlines()
        if line.startswith(f"{name}{{") and all(label in line for label in wanted)
    ]
    assert len(found) <= 1, (name, labels)
    return found[0] if found else None


def tool(name: str) -> str:
    """Where ``prometheus`` or ``promtool`` is."""
    found = shutil.which(name)
    if found is None:
        raise RuntimeError("Prometheus is not installed (Debian: apt-get install prometheus)")
    return found
