"""Extensions of the user: that of enterprises (RFC 7643 §4.3) and one for French administrations."""

from __future__ import annotations

from sbe_scim.protocol.schema import declare
from sbe_scim.protocol.schema.schema import Schema

ENTERPRISE_USER = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
FR_ADMINISTRATION_USER = "urn:ietf:params:scim:schemas:extension:fr-administration:2.0:User"

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

FR_ADMINISTRATION_USER_SCHEMA = Schema(
    FR_ADMINISTRATION_USER,
    "FrAdministrationUser",
    "An agent of a French administration. Flat strings only, because Entra ID can map nothing else.",
    (
        declare.string("siret", "SIRET of the establishment, 14 digits."),
        declare.string("organizationalUnit", "Label of the unit."),
        declare.string("organizationalUnitCode", "Code of the unit.", case_exact=True),
        declare.string("belongingPopulation", "Population to which the agent belongs."),
        declare.string("usualName", "Name in use, where it is not the family name."),
        declare.string("proconnectUid", "ProConnect uid, unique together with proconnectIdpId.", case_exact=True),
        declare.string("proconnectIdpId", "ProConnect idp_id.", case_exact=True),
        declare.string("contractEndDate", "Last day of the contract."),
    ),
)
