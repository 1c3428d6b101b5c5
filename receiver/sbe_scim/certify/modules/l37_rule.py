"""L37: whom a rule of the provider's own blocks is out."""

from __future__ import annotations

from sbe_scim.certify.delays import judge_leaver
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text


def _play(stage: Stage) -> None:
    leaver = stage.somebody()
    stage.about(leaver)
    stage.provider.block_by_rule(leaver)
    stage.note(out=stage.see(lambda: (stage.user(leaver.login) or {}).get("active") is not True, "leaver"))


MODULE = Module(
    id="L37",
    name="rule",
    title=Text("Whom a workflow blocks is out", "Une personne bloquée par un workflow n'a plus accès"),
    instruction=Text(
        "Have a workflow, a rule of the provider's own, block somebody.",
        "Faites bloquer quelqu'un par un workflow, une règle du fournisseur lui-même.",
    ),
    why=Text(
        "Rules block whoever has not signed in for months, and nobody watches them.",
        "Des règles bloquent qui ne s'est plus connecté depuis des mois, sans que personne ne les surveille.",
    ),
    references=("RFC 7643 §4.1.1 (active)", "IPSIE AL1: 5 min"),
    wanted={"out": Wanted(Text("the account is inactive, or gone", "le compte est inactif, ou supprimé"))},
    play=_play,
    needs=frozenset({"block_by_rule"}),
    judge=judge_leaver,
)
