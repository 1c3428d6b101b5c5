"""Commands as tests run them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple


class Outcome(NamedTuple):
    """What a command left."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


def rows(run: Run, *arguments: str) -> Any:
    """What the command says with ``--json``."""
    outcome = run(*arguments, "--json")
    assert outcome.code == 0, outcome.err
    return json.loads(outcome.out)
