"""L32: what the provider identifies itself by is replaced, and no change is lost."""

from __future__ import annotations

from dataclasses import replace

from sbe_scim.certify.delays import judge_leaver
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text

_TITLE = "Suppléante"


def _play(stage: Stage) -> None:
    mover, leaver = stage.somebody(), stage.somebody()
    stage.about(leaver)
    stage.provider.change(replace(mover, title=_TITLE))
    stage.provider.renew()
    # One that goes on with the former one must not be taken for one that has the new one.
    stage.idle("trust")
    # From here its time counts: to replace a key takes as long as it takes.
    stage.moment("begin")
    stage.provider.disable(leaver)
    stage.note(out=stage.see(lambda: (stage.user(leaver.login) or {}).get("active") is not True, "leaver"))
    stage.note(before=stage.see(lambda: (stage.user(mover.login) or {}).get("title") == _TITLE, "recover"))


MODULE = Module(
    id="L32",
    name="renewal",
    title=Text("A token that is replaced loses nothing", "Un jeton remplacé ne fait rien perdre"),
    instruction=Text(
        "Change somebody's title, replace the token or key of the provider, then block somebody else.",
        "Changez la fonction de quelqu'un, remplacez le jeton ou la clé du fournisseur, puis bloquez un autre agent.",
    ),
    why=Text(
        "Tokens have to be replaced; whoever leaves that day must be out all the same.",
        "Les jetons doivent être remplacés ; qui part ce jour-là doit quand même sortir.",
    ),
    references=("RFC 6750 §3.1", "RFC 7644 §2"),
    wanted={
        "out": Wanted(Text("who was blocked after it is out", "qui a été bloqué ensuite n'a plus accès")),
        "before": Wanted(Text("the change from before it has arrived", "la modification d'avant est arrivée")),
    },
    play=_play,
    needs=frozenset({"renew"}),
    judge=judge_leaver,
)
