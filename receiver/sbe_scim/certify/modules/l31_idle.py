"""L31: nothing happens, nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sbe_scim.certify.module import Module, Scene, Wanted, judge_facts
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.record import Row
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Finding, Verdict


def _play(stage: Stage) -> None:
    somebody = stage.somebody()
    stage.about(somebody)
    stage.moment("begin")
    stage.idle("idle")
    stage.moment("over")
    stage.provider.change(replace(somebody, title="Éveillée"))
    stage.note(awake=stage.see(lambda: (stage.user(somebody.login) or {}).get("title") == "Éveillée"))


def _judge(module: Module, scene: Scene) -> Finding:
    found = judge_facts(module, scene)
    until = scene.moments.get("over", scene.began)
    # Who is refused, as by another module, may be tried again: that writes nothing.
    needless = sum(row.write and row.accepted and row.time < until for row in scene.rows)
    if not needless:
        return found
    worst = found.verdict if found.verdict is not Verdict.PASSED else Verdict.WARNING
    return Finding(worst, (*found.notes, _NEEDLESS.fill(count=needless)))


def _offline(rows: Sequence[Row], _: Mapping[str, float]) -> Finding | None:
    writes = [row for row in rows if row.write and row.accepted]
    needless = sum(row.effect == "nothing" for row in writes)
    if not any(row.effect for row in writes):
        return None
    if needless * 2 <= len(writes):
        return Finding(Verdict.PASSED)
    return Finding(Verdict.WARNING, (_MOSTLY.fill(count=needless, all=len(writes)),))


_NEEDLESS = Text("Writes while nothing had changed: {count}.", "Écritures alors que rien n'avait changé : {count}.")
_MOSTLY = Text("Writes that changed nothing: {count} of {all}.", "Écritures qui n'ont rien changé : {count} sur {all}.")

MODULE = Module(
    id="L31",
    name="idle",
    title=Text("Where nothing happens nothing is written", "Quand rien ne se passe, rien n'est écrit"),
    instruction=Text("Change nothing for a while.", "Ne changez rien pendant un moment."),
    why=Text(
        "Needless writes hide the one that counts, and undo what was changed here with good reason.",
        "Des écritures inutiles cachent celle qui compte, et défont ce qui a été changé ici à bon escient.",
    ),
    references=("IPSIE", "RFC 7644 §3.14"),
    wanted={"awake": Wanted(Text("a change after it arrives", "une modification faite ensuite arrive"))},
    play=_play,
    judge=_judge,
    offline=_offline,
)
