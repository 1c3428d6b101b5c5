"""``sbe-scim certify judge``."""

from __future__ import annotations

from pathlib import Path

import click

from sbe_scim.certify import record, run
from sbe_scim.certify.judge import judge as judged
from sbe_scim.certify.modules import MODULES
from sbe_scim.certify.profile import Profile
from sbe_scim.certify.record import Record
from sbe_scim.cli.certify.telling import CouldNotRun, ProfileName, report_options, tell

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("journal", type=_FILE)
@click.option("--run", "played", type=_FILE, help="What was played meanwhile, as `run.json` in an evidence has it.")
@click.option("--source", metavar="NAME", help="Whose requests are judged, where the journal has those of several.")
@click.option("--profile", type=ProfileName(), default="generic", show_default=True, help="The kind of provider.")
@report_options
def judge(
    journal: Path,
    played: Path | None,
    source: str | None,
    profile: Profile,
    report: Path | None,
    evidence: Path | None,
    key: Path,
    strict: bool,
    as_json: bool,
) -> None:
    """Judge an exported JOURNAL (sbe-scim journal export --source NAME), without any server.

    A journal alone shows that leavers were disabled, and not how long it took; what it does not show is not tested.
    """
    try:
        with journal.open(encoding="utf-8") as lines:
            found = record.read(lines)
        steps = None if played is None else run.read(played.read_text("utf-8"))
    except (record.RecordError, run.RunError, UnicodeDecodeError) as error:
        raise CouldNotRun(f"Not judged: {error}.") from None
    if steps is None:
        found = _of_one(found, source)
    made = judged(found, profile, MODULES.values(), steps)
    tell(made, report, evidence, key, strict=strict, as_json=as_json)


def _of_one(found: Record, source: str | None) -> Record:
    """What one source has asked. Two in one would be judged as one provider that contradicts itself."""
    there = sorted({row.source for row in found.rows if row.source is not None})
    if source is not None and source not in there:
        raise CouldNotRun(f"Not judged: the journal has nothing of source {source!r}.")
    if source is None and len(there) > 1:
        raise CouldNotRun(f"Not judged: the journal has several sources ({', '.join(there)}); name one by --source.")
    return found.of(source) if source is not None else found
