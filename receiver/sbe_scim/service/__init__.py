"""The operations of SCIM on people and groups, each in one transaction; knows nothing of HTTP."""

from sbe_scim.service.calls import Call, Outcome, Query, Search, Standing, Target
from sbe_scim.service.circle import Create
from sbe_scim.service.entries import entry
from sbe_scim.service.service import Service

__all__ = ["Call", "Create", "Outcome", "Query", "Search", "Service", "Standing", "Target", "entry"]
