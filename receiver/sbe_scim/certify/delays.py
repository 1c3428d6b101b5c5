"""How long it took."""

from __future__ import annotations

from dataclasses import replace

from sbe_scim.certify.module import Module, Scene, judge_facts
from sbe_scim.certify.text import Text, seconds
from sbe_scim.certify.verdict import Finding, Verdict

#: What a leaver may take, in microseconds (IPSIE AL1).
LEAVER = 300_000_000
_OUT = Text("Out after {time}.", "Accès retiré après {time}.")
_LATE = Text("That is more than 5 minutes.", "C'est plus de 5 minutes.")
_CAUGHT_UP = Text("Caught up {time} after the outage.", "Rattrapé {time} après la panne.")


def judge_leaver(module: Module, scene: Scene) -> Finding:
    """As the facts say, with the time that it took; WARNING above five minutes."""
    found = judge_facts(module, scene)
    delay = scene.delay("deactivated", "deleted")
    if delay is None or found.verdict is Verdict.FAILED:
        return found
    late = delay > LEAVER
    notes = (*found.notes, _OUT.fill(time=seconds(delay)), *((_LATE,) if late else ()))
    verdict = Verdict.WARNING if late and found.verdict is Verdict.PASSED else found.verdict
    return Finding(verdict, notes, delay)


def judge_recovery(module: Module, scene: Scene) -> Finding:
    """As the facts say, with the time from the end of an outage to the leaver's end."""
    found = judge_facts(module, scene)
    delay = scene.delay("deactivated", "deleted")
    over = scene.moments.get("over")
    if delay is None or over is None or found.verdict is Verdict.FAILED:
        return found
    after = max(0, scene.began + delay - over)
    return replace(found, notes=(*found.notes, _CAUGHT_UP.fill(time=seconds(after))), delay=after)
