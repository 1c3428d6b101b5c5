"""L26: who is asked to wait waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from sbe_scim.certify.module import Module, Scene, Wanted, judge_facts
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.record import Row
from sbe_scim.certify.text import Text, seconds
from sbe_scim.certify.verdict import Finding, Verdict

_TITLE = "Patient"
#: Of the time that is asked for: clocks are not quite alike.
_SHARE = 0.9


def _play(stage: Stage) -> None:
    somebody = stage.somebody()
    stage.about(somebody)
    stage.faults.refuse(429, round(stage.waits["throttle"]))
    stage.provider.change(replace(somebody, title=_TITLE))
    stage.note(met=stage.see(stage.faults.met))
    stage.idle("throttle")
    stage.faults.calm()
    stage.note(arrived=stage.see(lambda: (stage.user(somebody.login) or {}).get("title") == _TITLE, "recover"))


def _judge(module: Module, scene: Scene) -> Finding:
    found = judge_facts(module, scene)
    first = next((asked.after for asked in scene.asked if asked.answered == 429), None)
    if first is None or found.verdict is Verdict.FAILED:
        return found
    until = first + scene.waits["throttle"] * 1000 * _SHARE
    early = sum(first < asked.after < until for asked in scene.asked)
    return Finding(Verdict.FAILED, (*found.notes, _EARLY.fill(count=early))) if early else found


def _offline(rows: Sequence[Row], _: Mapping[str, float]) -> Finding | None:
    throttled = [row for row in rows if row.status == 429]
    if not throttled:
        return None
    again = [later.time - row.time for row, later in pairwise(rows) if row.status == 429 and later.source == row.source]
    shortest = min(again, default=None)
    if shortest is None or shortest >= _SECOND * _SHARE:
        return Finding(Verdict.PASSED)
    return Finding(Verdict.FAILED, (_SOON.fill(time=seconds(shortest)),))


_SECOND = 1_000_000
_EARLY = Text(
    "Requests before the time that it was asked to wait (Retry-After) was over: {count}.",
    "Requêtes avant la fin du délai demandé (Retry-After) : {count}.",
)
_SOON = Text(
    "After a 429 it asked again {time} later; Retry-After is never below a second.",
    "Après un 429, il a redemandé {time} plus tard ; Retry-After n'est jamais inférieur à une seconde.",
)

MODULE = Module(
    id="L26",
    name="throttle",
    title=Text("Who is asked to wait waits", "Le fournisseur attend quand on le lui demande"),
    instruction=Text(
        "Change somebody's title while the receiver answers 429 with Retry-After.",
        "Changez la fonction de quelqu'un pendant que le récepteur répond 429 avec Retry-After.",
    ),
    why=Text(
        "A provider that hammers keeps everybody else waiting, and can be locked out itself.",
        "Un fournisseur qui insiste fait attendre tous les autres, et risque d'être exclu.",
    ),
    references=("RFC 6585 §4", "RFC 9110 §10.2.3", "IPSIE"),
    wanted={
        "met": Wanted(Text("it was asked to wait", "il lui a été demandé d'attendre"), otherwise=Verdict.REVIEW),
        "arrived": Wanted(Text("the change has arrived afterwards", "la modification est arrivée ensuite")),
    },
    play=_play,
    needs=frozenset({"faults"}),
    judge=_judge,
    offline=_offline,
)
