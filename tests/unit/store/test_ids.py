"""Ids of resources and requests."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbe_scim.service.unit import is_id
from sbe_scim.store import ids


def test_an_id_is_a_uuid_of_version_7() -> None:
    made = ids.new_id()
    read = uuid.UUID(made)
    assert (str(read), read.version, read.variant) == (made, 7, uuid.RFC_4122)
    assert is_id(made)


@given(st.lists(st.integers(0, (1 << 48) * 1000 - 1), min_size=2, max_size=20))
def test_ids_are_in_the_order_of_their_milliseconds(moments: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        made = {}
        for moment in moments:
            patch.setattr(ids, "now", lambda moment=moment: moment)
            made[ids.new_id()] = moment // 1000
    in_order = sorted(made)
    assert [made[one] for one in in_order] == sorted(made.values())
    assert [int(one[:8] + one[9:13], 16) for one in in_order] == sorted(made.values())


def test_ids_of_one_moment_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids, "now", lambda: 1_000_000)
    assert len({ids.new_id() for _ in range(10_000)}) == 10_000
