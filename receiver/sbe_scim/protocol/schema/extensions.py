"""Extensions that are always served: that of enterprises (RFC 7643 §4.3), and the files under ``extensions/``."""

from __future__ import annotations

import json
from importlib import resources

from sbe_scim.protocol.schema import declare
from sbe_scim.protocol.schema.definition import read_schema
from sbe_scim.protocol.schema.schema import Schema

ENTERPRISE_USER = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

ENTERPRISE_USER_SCHEMA = Schema(
    ENTERPRISE_USER,
    "EnterpriseUser",
    "A person in an organisation.",
    (
        declare.string("employeeNumber", "Number or code of the person in the organisation."),
        declare.string("costCenter", "Name of the cost centre."),
        declare.string("organization", "Name of the organisation."),
        declare.string("division", "Name of the division."),
        declare.string("department", "Name of the department."),
        declare.complex(
            "manager",
            "The person's manager.",
            declare.string("value", "Identifier of the manager's user.", case_exact=True),
            # Follows from `value`; one written by a client would go stale at the next change of `value`.
            declare.reference("$ref", "URL of the manager's user.", "User", mutability="readOnly"),
            declare.string("displayName", "Name of the manager.", mutability="readOnly"),
        ),
    ),
)


def _read() -> tuple[Schema, ...]:
    files = (resources.files("sbe_scim.protocol") / "extensions").iterdir()
    texts = [entry.read_text("utf-8") for entry in sorted(files, key=lambda file: file.name) if ".json" in entry.name]
    return tuple(read_schema(json.loads(text)) for text in texts)


#: Read when the program starts: at a request there may be no descriptor left for a file.
SHIPPED = _read()
