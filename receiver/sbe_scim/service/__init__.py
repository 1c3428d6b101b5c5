"""The operations of SCIM on people and groups, each in one transaction; knows nothing of HTTP."""

from sbe_scim.service.calls import Answer, Call, Query, Search
from sbe_scim.service.operations import Service

__all__ = ["Answer", "Call", "Query", "Search", "Service"]
