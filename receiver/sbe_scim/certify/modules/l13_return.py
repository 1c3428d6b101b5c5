"""L13: somebody returns under the same login."""

from __future__ import annotations

from sbe_scim.certify.loops import judge_no_loop, repeated
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text


def _play(stage: Stage) -> None:
    leaver = stage.somebody()
    stage.about(leaver)
    stage.provider.delete(leaver)
    stage.see(lambda: (stage.user(leaver.login) or {}).get("active") is not True, "leaver")
    back = stage.person(login=leaver.login, mail=leaver.mail)
    stage.provider.create(back)
    stage.note(there=stage.see(lambda: (stage.user(back.login) or {}).get("active") is True))


MODULE = Module(
    id="L13",
    name="return",
    title=Text("Who was deleted can return", "Une personne supprimée peut revenir"),
    instruction=Text(
        "Delete somebody, and make them anew with the same login.",
        "Supprimez quelqu'un, puis recréez-le avec le même identifiant.",
    ),
    why=Text(
        "Seasonal staff come back each year and must not be refused for ever.",
        "Les saisonniers reviennent chaque année et ne doivent pas être refusés sans fin.",
    ),
    references=("RFC 7644 §3.3", "IPSIE AL1: reuse of userName"),
    wanted={
        "there": Wanted(Text("the person has an active account again", "la personne a de nouveau un compte actif"))
    },
    play=_play,
    judge=judge_no_loop,
    offline=repeated,
)
