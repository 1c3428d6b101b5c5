"""The contract of tests/contract/transactions.py, kept by the receiver's own databases."""

from tests.contract.transactions import *  # noqa: F403
