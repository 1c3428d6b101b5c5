"""Modules as tests of pytest: for whoever tests a provider of their own.

A plug-in of pytest: any test that takes ``certified_module`` runs once for each module. It hands the module to
:meth:`Certification.check`, which plays and judges it.
"""

from __future__ import annotations

import secrets
import time
import warnings
from collections.abc import Callable, Iterable

import pytest

from sbe_scim.certify import record
from sbe_scim.certify.judge import Report, judge
from sbe_scim.certify.module import Module
from sbe_scim.certify.modules import MODULES
from sbe_scim.certify.play import Player, Weather
from sbe_scim.certify.profile import profile
from sbe_scim.certify.provider import Provider
from sbe_scim.certify.run import Run, Step, mark
from sbe_scim.certify.verdict import Verdict
from sbe_scim.certify.view import View

#: The receiver writes rows of reads a second late; a loaded one may take longer.
_LATEST = 30.0
_BETWEEN = 0.2


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what takes a module once for each."""
    if "certified_module" in metafunc.fixturenames:
        metafunc.parametrize("certified_module", MODULES.values(), ids=list(MODULES))


class Certification:
    """Plays modules on one provider, and keeps what was seen for a report of all."""

    def __init__(
        self,
        provider: Provider,
        *,
        receiver: str,
        token: str,
        source: str,
        journal: Callable[[], Iterable[str]],
        faults: Weather | None = None,
        profile_name: str = "generic",
    ) -> None:
        """``receiver`` is the SCIM base URL, ``token`` a static token of ``source``.

        ``journal`` gives the lines of ``sbe-scim journal export`` as they are now. Without ``faults``
        (:class:`sbe_scim.certify.proxy.FaultyProxy`, say) modules that need some are skipped.
        """
        self._profile = profile(profile_name)
        self._id = secrets.token_hex(4)
        self._view = View(receiver, token, self._id)
        self._player = Player(provider, self._view, self._profile.waits, faults, self._profile.missing)
        self._source = source
        self._journal = journal
        self._steps: list[Step] = []

    def close(self) -> None:
        """Close its connections."""
        self._view.close()

    def check(self, module: Module) -> None:
        """Play and judge a module: fails, skips, or warns as its verdict is."""
        self._steps.append(self._player.play(module))
        (result,) = self._report([module]).results
        said = " ".join(note.en for note in result.works.notes) or module.title.en
        match result.works.verdict:
            case Verdict.PASSED:
                return
            case Verdict.WARNING:
                warnings.warn(f"{module.id}: {said}", stacklevel=2)
            case Verdict.SKIPPED | Verdict.REVIEW:
                pytest.skip(said)
            case _:
                pytest.fail(f"{module.title.en}: {said} {module.why.en}", pytrace=False)

    def report(self) -> Report:
        """Of all modules so far."""
        return self._report(list(MODULES.values()))

    def _report(self, modules: list[Module]) -> Report:
        title, waits = self._profile.title.en, self._profile.waits
        run = Run(self._id, "control", title, "", self._profile.name, self._source, waits, tuple(self._steps))
        return judge(self._read(), self._profile, modules, run)

    def _read(self) -> record.Record:
        """The journal, once the last module's end is in it; else what there is, and the judge says what is missing."""
        end = time.monotonic() + _LATEST
        last = self._steps[-1]
        wanted = mark(self._id, last.module, "end") if last.ended == "done" else None
        while True:
            found = record.read(self._journal())
            if wanted is None or any(row.request_id == wanted for row in found.rows) or time.monotonic() > end:
                return found
            time.sleep(_BETWEEN)
