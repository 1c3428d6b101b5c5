"""The report as builds read it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from sbe_scim.certify.report.document import Document

_SECOND = 1_000_000


def junit(told: Document) -> str:
    """One case for each module; what is neither passed nor warned of is never green."""
    counts = told["counts"]
    skipped = counts["SKIPPED"] + counts["REVIEW"]
    totals = {"tests": len(told["modules"]), "failures": counts["FAILED"]}
    totals |= {"errors": counts["INTERRUPTED"], "skipped": skipped}
    suite = ET.Element("testsuite", {"name": "certification", **{name: str(count) for name, count in totals.items()}})
    for module in told["modules"]:
        name = f"{module['id']} {module['title']['en']}"
        seconds = f"{(module['delay'] or 0) / _SECOND:.3f}"
        case = ET.SubElement(suite, "testcase", {"classname": "certification", "name": name, "time": seconds})
        said = " ".join(note["en"] for note in module["notes"])
        match module["works"]:
            case "FAILED":
                ET.SubElement(case, "failure", {"message": said})
            case "INTERRUPTED":
                ET.SubElement(case, "error", {"message": said})
            case "SKIPPED" | "REVIEW":
                ET.SubElement(case, "skipped", {"message": said})
            case "WARNING":
                ET.SubElement(case, "system-out").text = f"WARNING: {said}"
    ET.indent(suite)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suite, encoding="unicode")}\n'
