"""L29: many leave at once, and the receiver holds them until somebody there has looked."""

from __future__ import annotations

from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Resource, Stage
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Verdict

_MANY = 5


def _play(stage: Stage) -> None:
    leavers = [stage.somebody() for _ in range(_MANY)]
    newcomer = stage.person()
    for leaver in leavers:
        stage.about(leaver)
    stage.faults.hold(round(stage.waits["throttle"]))
    for leaver in leavers:
        stage.provider.disable(leaver)
    stage.provider.create(newcomer)
    stage.note(met=stage.see(stage.faults.met))
    stage.note(others=stage.see(lambda: stage.user(newcomer.login)))
    stage.faults.calm()
    stage.note(out=stage.see(lambda: not any(_active(stage.user(one.login)) for one in leavers), "recover"))


def _active(user: Resource | None) -> bool:
    return (user or {}).get("active") is True


MODULE = Module(
    id="L29",
    name="storm",
    title=Text("Who is held as one of many is out once released", "Les départs retenus aboutissent une fois libérés"),
    instruction=Text(
        "Block five people and hire one while the receiver holds what takes access away (503, held).",
        "Bloquez cinq personnes et ajoutez-en une pendant que le récepteur retient les retraits d'accès (503, held).",
    ),
    why=Text(
        "When many leave at once somebody looks first; then all of them must be out, and nobody new has waited.",
        "Quand beaucoup partent d'un coup, on vérifie d'abord ; puis tous doivent sortir, et qui arrive n'attend pas.",
    ),
    references=("RFC 9110 §15.6.4", "RFC 7644 §3.12"),
    wanted={
        "met": Wanted(Text("a departure was held", "un départ a été retenu"), otherwise=Verdict.REVIEW),
        "others": Wanted(
            Text("somebody new has arrived meanwhile", "une nouvelle personne est arrivée entre-temps"),
            otherwise=Verdict.WARNING,
        ),
        "out": Wanted(Text("everybody who left is out afterwards", "toutes les personnes parties n'ont plus accès")),
    },
    play=_play,
    needs=frozenset({"faults"}),
)
