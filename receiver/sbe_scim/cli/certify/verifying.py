"""``sbe-scim certify verify``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from sbe_scim.certify.evidence import EvidenceError
from sbe_scim.certify.evidence import verify as verified
from sbe_scim.certify.verdict import FAILED
from sbe_scim.cli.output import json_option


class _NotTrusted(click.ClickException):
    exit_code = FAILED

    def __init__(self, why: object) -> None:
        super().__init__(f"Not to be trusted: {why}.")


@click.command()
@click.argument("evidence", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--signed-by", metavar="FINGERPRINT", help="Whose it must be: what was printed when it was signed.")
@json_option
def verify(evidence: Path, signed_by: str | None, as_json: bool) -> None:
    """Check an EVIDENCE: its signature, every file of it, and that the same report comes of it again."""
    try:
        checked = verified(evidence.read_bytes())
    except EvidenceError as error:
        raise _NotTrusted(error) from None
    if signed_by is not None and checked.fingerprint != signed_by:
        raise _NotTrusted(f"it is signed by {checked.fingerprint}")
    if as_json:
        click.echo(json.dumps(asdict(checked), indent=2))
    else:
        again = (
            "comes of it again" if checked.same else f"does not come of it here: version {checked.judged_by} made it"
        )
        click.echo(f"{checked.headline}\nSigned by {checked.fingerprint}. The report {again}.")
