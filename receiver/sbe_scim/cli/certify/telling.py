"""What all commands that judge print and write."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from sbe_scim.certify.evidence import EvidenceError, fingerprint, new_key, pack, public
from sbe_scim.certify.judge import Report
from sbe_scim.certify.profile import Profile, ProfileError, names, profile
from sbe_scim.certify.report import forms
from sbe_scim.certify.report.document import document, text
from sbe_scim.certify.report.words import SIGNS, VERDICTS
from sbe_scim.certify.text import seconds
from sbe_scim.certify.verdict import COULD_NOT_RUN, exit_code
from sbe_scim.cli.output import json_option

Command = TypeVar("Command", bound=Callable[..., Any])
_FILE = click.Path(dir_okay=False, path_type=Path)


class CouldNotRun(click.ClickException):
    """Nothing was judged."""

    exit_code = COULD_NOT_RUN


class ProfileName(click.ParamType[Profile]):
    """A profile of a kind of provider."""

    name = "profile"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """List those that there are."""
        return f"[{'|'.join(names())}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Profile:
        """Read it."""
        try:
            return value if isinstance(value, Profile) else profile(str(value))
        except ProfileError as error:
            self.fail(str(error), param, ctx)


def report_options(command: Command) -> Command:
    """The options that say where reports go, and what is a failure."""
    for option in (
        json_option,
        click.option("--strict", is_flag=True, help="Exit with 2 where there are warnings."),
        click.option(
            "--key",
            type=_FILE,
            default=Path("sbe-scim-certify.pem"),
            show_default=True,
            help="Private Ed25519 key that signs the evidence; made where there is none.",
        ),
        click.option("--evidence", type=_FILE, help="Write journal, run, profile and report here, as a signed ZIP."),
        click.option(
            "--report",
            type=click.Path(file_okay=False, path_type=Path),
            metavar="FOLDER",
            help="Write the report there: HTML and Markdown (English, French), JSON, JUnit, badge.",
        ),
    ):
        command = option(command)
    return command


def tell(
    report: Report, folder: Path | None, evidence: Path | None, key: Path, *, strict: bool, as_json: bool
) -> NoReturn:
    """Print the verdicts, write what is asked for, and end with the exit code."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in forms(report).items():
            (folder / name).write_text(content, "utf-8")
    if evidence is not None:
        evidence.write_bytes(_packed(report, key))
    if as_json:
        click.echo(text(document(report)), nl=False)
    else:
        click.echo("\n".join(_lines(report)))
    click.get_current_context().exit(exit_code(report.verdicts, strict=strict))


def _lines(report: Report) -> list[str]:
    lines = []
    for result in report.results:
        verdict = result.works.verdict
        head = f"{SIGNS[verdict]} {result.module.id} {result.module.title.en}: {VERDICTS[verdict].en.lower()}"
        delay = f" ({seconds(result.works.delay).en})" if result.works.delay is not None else ""
        lines.append(head + delay)
        lines += [f"      {note.en}" for note in result.works.notes]
        if result.remedy is not None:
            lines.append(f"      {result.remedy.en}")
    return [*lines, "", document(report)["headline"]["en"]]


def _packed(report: Report, key: Path) -> bytes:
    if not key.exists():
        with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(new_key())
        click.echo(f"A key to sign with was made: {key}", err=True)
    try:
        private = key.read_bytes()
        packed = pack(report, private)
        click.echo(f"Evidence signed by {fingerprint(public(private))}", err=True)
    except EvidenceError as error:
        raise CouldNotRun(f"{key}: {error}") from None
    return packed
