"""L30: what was changed at the receiver is put right by the provider's next word."""

from __future__ import annotations

from dataclasses import replace

from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Verdict

_ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
_DEPARTMENT = "Archives"


def _play(stage: Stage) -> None:
    somebody = stage.somebody()
    found = stage.about(somebody)
    stage.patch_user(found, {"title": "Changed here"})

    def told() -> tuple[object, object]:
        user = stage.user(somebody.login) or {}
        return (user.get(_ENTERPRISE) or {}).get("department"), user.get("title")

    stage.provider.change(replace(somebody, department=_DEPARTMENT))
    stage.note(arrived=stage.see(lambda: told()[0] == _DEPARTMENT))
    stage.settle()
    stage.note(repaired=told() == (_DEPARTMENT, somebody.title))
    stage.note(same=(stage.user(somebody.login) or {}).get("id") == found)


MODULE = Module(
    id="L30",
    name="drift",
    title=Text("What was changed here is put right", "Ce qui a été modifié ici est rectifié"),
    instruction=Text(
        f"After somebody's title was changed at the receiver, give them the department “{_DEPARTMENT}”.",
        f"La fonction d'une personne ayant été modifiée dans le récepteur, donnez-lui le service « {_DEPARTMENT} ».",
    ),
    why=Text(
        "A slip at the receiver must not stay for ever, nor keep later changes out.",
        "Une erreur faite dans le récepteur ne doit ni durer, ni empêcher les modifications suivantes.",
    ),
    references=("RFC 7644 §3.5.1", "RFC 7644 §3.14"),
    wanted={
        "arrived": Wanted(Text("the department has arrived", "le service est arrivé")),
        "same": Wanted(Text("it is still the same account", "c'est toujours le même compte")),
        "repaired": Wanted(
            Text("the title is again the provider's", "la fonction est de nouveau celle du fournisseur"),
            otherwise=Verdict.WARNING,
        ),
    },
    play=_play,
)
