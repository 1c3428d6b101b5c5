"""The contract of tests/contract/store.py, kept by the receiver's own databases."""

from tests.contract.store import *  # noqa: F403
