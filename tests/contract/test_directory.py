"""The contract of tests/contract/directory.py, kept by the receiver's own databases."""

from tests.contract.directory import *  # noqa: F403
