"""The journal: one row per request of a source, one a minute about all others; of people, only whom it refused."""

from sbe_scim.journal.entry import Arrival, Entry
from sbe_scim.journal.meter import Meter
from sbe_scim.journal.named import Named, named
from sbe_scim.journal.retention import Retention
from sbe_scim.journal.writer import Chore, Journal

__all__ = ["Arrival", "Chore", "Entry", "Journal", "Meter", "Named", "Retention", "named"]
