"""A receiver that only looks right is seen to be broken by what providers really send."""

from __future__ import annotations

import pytest

from sbe_scim.certify.replay import SEQUENCES, replay, sequence
from tests.certification.demo_receiver import DemoReceiver

BASE = "https://scim.example.org/scim/v2"


@pytest.mark.parametrize("name", [name for name, dialect in SEQUENCES.items() if dialect == "okta"])
def test_a_receiver_that_only_looks_right_fails(name: str) -> None:
    results = replay(sequence(name), DemoReceiver().send, BASE, "123456789")
    failed = [one.step for one in results if one.verdict == "FAILED" and one.severity == "must"]
    assert failed
    # It is no receiver that does nothing: whoever tries it by hand sees people arrive.
    assert any(one.verdict == "PASSED" for one in results)
