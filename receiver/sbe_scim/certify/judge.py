"""Judge evidence: the same journal, run and profile give the same report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sbe_scim.certify.module import Level, Module, Scene
from sbe_scim.certify.offline import Seen
from sbe_scim.certify.profile import Profile
from sbe_scim.certify.record import Record, Row
from sbe_scim.certify.run import Run, Step, mark
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Finding, Verdict
from sbe_scim.certify.without import WITHOUT

#: The profile that the second column is about.
INTEROP = "draft-ietf-scim-interop-02"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a module: whether it ``works``, and whether the requests conform to INTEROP (``departures`` if
    not; SKIPPED where there were none).
    """

    module: Module
    works: Finding
    conforms: Verdict
    departures: tuple[str, ...] = ()
    remedy: Text | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is told; ``card`` counts what the provider's requests were made of."""

    record: Record
    profile: Profile
    run: Run | None
    results: tuple[Result, ...]
    card: Mapping[str, int]

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Of each module."""
        return tuple(result.works.verdict for result in self.results)

    def level(self, level: Level) -> Verdict:
        """INTERRUPTED where something of it was not seen."""
        found = {one.works.verdict for one in self.results if one.module.level == level}
        if Verdict.FAILED in found:
            return Verdict.FAILED
        if not found or found & {Verdict.SKIPPED, Verdict.INTERRUPTED, Verdict.REVIEW}:
            return Verdict.INTERRUPTED
        return Verdict.WARNING if Verdict.WARNING in found else Verdict.PASSED

    @property
    def delay(self) -> int | None:
        """Microseconds until somebody who was blocked was out, where that was measured."""
        return next((one.works.delay for one in self.results if one.module.id == "L09"), None)


def judge(record: Record, profile: Profile, modules: Iterable[Module], run: Run | None = None) -> Report:
    """Judge a run, or without one what the journal alone shows."""
    rows = [row for row in record.rows if not row.own]
    if run is None:
        results = [_offline(module, rows, profile) for module in modules]
    else:
        steps = {step.module: step for step in run.steps}
        record = record.of(run.source)
        rows = [row for row in rows if row.source in (run.source, None)]
        results = [_played(module, steps.get(module.id), run, record, profile) for module in modules]
    told = tuple(_known(one, profile) for one in results)
    return Report(record, profile, run, told, _card(rows))


def departures(rows: Iterable[Row]) -> Counter[str]:
    """How requests depart from INTEROP, and how often."""
    found: Counter[str] = Counter()
    for row in rows:
        if row.operation == "replace":
            found["put"] += 1
        if row.dropped:
            found["unknown-attribute"] += 1
        found.update(row.features)
    return found


def _played(module: Module, step: Step | None, run: Run, record: Record, profile: Profile) -> Result:
    if step is None:
        return Result(module, Finding(Verdict.SKIPPED, (_NOT_PLAYED,)), Verdict.SKIPPED)
    match step.ended:
        case "unable":
            known = profile.missing.get(module.id)
            why = (known,) if known else tuple(WITHOUT[one] for one in step.lacking if one in WITHOUT) or (_UNABLE,)
            return Result(module, Finding(Verdict.SKIPPED, why), Verdict.SKIPPED)
        case "unready":
            return Result(module, Finding(Verdict.SKIPPED, (_UNREADY,)), Verdict.SKIPPED)
        case "refused":
            return Result(module, Finding(Verdict.INTERRUPTED, (_REFUSED,)), Verdict.SKIPPED)
        case "interrupted":
            return Result(module, Finding(Verdict.INTERRUPTED, (_INTERRUPTED,)), Verdict.SKIPPED)
    scene = _scene(module, step, run, record)
    if scene is None:
        return Result(module, Finding(Verdict.INTERRUPTED, (_NO_JOURNAL,)), Verdict.SKIPPED)
    found = module.judge(module, scene)
    if not scene.rows and found.verdict is not Verdict.FAILED:
        found = Finding(Verdict.INTERRUPTED, (_SAW_NOTHING,))
    elif step.went_past:
        found = replace(found, notes=(*found.notes, PAST))
    return Result(module, found, *_conforms(scene.rows))


def _scene(module: Module, step: Step, run: Run, record: Record) -> Scene | None:
    """Between the marks of its begin and its end; ``None`` where the journal does not have them."""
    prefix = mark(run.id, module.id, "")
    moments = {
        row.request_id.removeprefix(prefix): row.time for row in record.rows if row.request_id.startswith(prefix)
    }
    if not {"begin", "end"} <= moments.keys():
        return None
    began, ended = moments["begin"], moments["end"]
    rows = tuple(row for row in record.rows if began <= row.time <= ended and not row.own)
    return Scene(rows, began, step.facts, step.subjects, moments, step.asked, run.waits)


def _offline(module: Module, rows: Sequence[Row], profile: Profile) -> Result:
    found = module.offline(rows, profile.waits) if module.offline else None
    if found is None:
        return Result(module, Finding(Verdict.SKIPPED, (_NOT_IN_JOURNAL,)), Verdict.SKIPPED)
    requests = module.offline.requests(rows) if isinstance(module.offline, Seen) else ()
    return Result(module, found, *_conforms(requests))


def _conforms(rows: Sequence[Row]) -> tuple[Verdict, tuple[str, ...]]:
    if not rows:
        return Verdict.SKIPPED, ()
    found = tuple(sorted(departures(rows)))
    return (Verdict.WARNING if found else Verdict.PASSED), found


def _known(result: Result, profile: Profile) -> Result:
    """A known departure is a warning; whatever is not as it should be gets the profile's remedy."""
    known = profile.departures.get(result.module.id)
    if result.works.verdict in (Verdict.FAILED, Verdict.WARNING) and known is not None:
        works = replace(result.works, verdict=Verdict.WARNING, notes=(*result.works.notes, known))
        result = replace(result, works=works)
    if result.works.verdict in (Verdict.FAILED, Verdict.WARNING):
        result = replace(result, remedy=profile.remedies.get(result.module.id))
    return result


def _card(rows: Iterable[Row]) -> Mapping[str, int]:
    kept = list(rows)
    found = Counter(f"{row.operation} {row.target_type}" if row.target_type else row.operation for row in kept)
    return dict(sorted((found + departures(kept)).items()))


#: Of a fault that nothing met.
PAST = Text(
    "The provider's requests went past the proxy that makes faults: give it the proxy's address.",
    "Les requêtes du fournisseur ne passent pas par le proxy qui provoque les pannes : donnez-lui l'adresse du proxy.",
)
_NOT_PLAYED = Text("Not played.", "Non joué.")
_UNABLE = Text("Whoever played has no means for it.", "Le déroulement n'en avait pas les moyens.")
_UNREADY = Text(
    "What it needs did not come about: see the modules that failed.",
    "Ses préalables n'ont pas été réunis : voir les modules en échec.",
)
_REFUSED = Text("The provider did not take a change.", "Le fournisseur a refusé une modification.")
_INTERRUPTED = Text("Interrupted while it was played.", "Interrompu pendant le déroulement.")
_NO_JOURNAL = Text("The journal does not have its time.", "Le journal ne couvre pas cette période.")
_SAW_NOTHING = Text(
    "The journal has no request of the provider for it.", "Le journal ne contient aucune requête du fournisseur."
)
_NOT_IN_JOURNAL = Text("The journal alone does not show it.", "Le journal seul ne le montre pas.")
