"""The journal: one row per request of a source, one a minute about all others, and no value of anybody's attributes."""

from sbe_scim.journal.entry import Arrival, Entry
from sbe_scim.journal.writer import Journal

__all__ = ["Arrival", "Entry", "Journal"]
