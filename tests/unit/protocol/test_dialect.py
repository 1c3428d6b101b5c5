from __future__ import annotations

import builtins
import io
import itertools
from typing import NoReturn

import pytest

from sbe_scim.protocol import dialects, policy, strictnesses


def test_a_dialect_needs_no_file_once_the_program_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_descriptor(*_arguments: object, **_more: object) -> NoReturn:
        raise OSError("too many open files")

    policy.cache_clear()
    for module in (builtins, io):
        monkeypatch.setattr(module, "open", no_descriptor)
    for dialect, strictness in itertools.product(dialects(), strictnesses()):
        assert policy(dialect, strictness).dialect == dialect


@pytest.mark.parametrize("names", [("nobodys",), ("generic", "lax"), ("strictness",)])
def test_an_unknown_name_is_refused_with_those_there_are(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="one of"):
        policy(*names)
