"""``scim2-client``, which nobody here wrote, judged as a provider: its results are what the page shows."""

from __future__ import annotations

from sbe_scim.certify.modules import MODULES
from sbe_scim.certify.proxy import FaultyProxy
from sbe_scim.certify.verdict import Verdict
from tests.certification.library import FAILED, WARNED, LibraryProvider
from tests.certification.playing import add_source, came_to, certify, token_of
from tests.environment.receiver import ReceiverProcess


def test_a_library_that_tries_nothing_again_passes_in_fair_weather_alone(shared: ReceiverProcess) -> None:
    add_source(shared, "library")
    proxy = FaultyProxy(shared.base_url, "127.0.0.1")
    provider = LibraryProvider(proxy.url, token_of(shared, "library"))
    try:
        report = certify(shared, "library", provider, proxy)
    finally:
        provider.close()
        proxy.close()
    notes = {result.module.id: [note.en for note in result.works.notes] for result in report.results}
    unable = {name for name, module in MODULES.items() if module.needs - provider.can - {"faults"}}
    assert came_to(report, Verdict.FAILED) == FAILED, notes
    assert came_to(report, Verdict.WARNING) == WARNED, notes
    assert (
        came_to(report, Verdict.SKIPPED) == unable == {"L11", "L24", "L32", *(f"L{number}" for number in range(37, 48))}
    )
    assert came_to(report, Verdict.PASSED) == MODULES.keys() - FAILED - WARNED - unable, notes
