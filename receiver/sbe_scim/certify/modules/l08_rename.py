"""L08: somebody with a new name is the same person."""

from __future__ import annotations

from dataclasses import replace

from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Verdict


def _play(stage: Stage) -> None:
    somebody = stage.somebody()
    identifier = stage.about(somebody)
    married = stage.person(family="Marchand")
    renamed = replace(somebody, login=married.login, family=married.family)
    stage.provider.change(renamed)
    stage.note(renamed=stage.see(lambda: stage.user(renamed.login)))
    found = stage.user(renamed.login) or {}
    stage.note(same=found.get("id") == identifier, surname=(found.get("name") or {}).get("familyName") == "Marchand")
    stage.note(once=stage.user(somebody.login) is None)


MODULE = Module(
    id="L08",
    name="rename",
    title=Text("Who changes their name keeps the account", "Une personne qui change de nom garde son compte"),
    instruction=Text("Change somebody's login and surname.", "Changez l'identifiant et le nom de quelqu'un."),
    why=Text(
        "After a marriage nobody should lose their documents, or be there twice.",
        "Après un mariage, personne ne doit perdre ses documents ni exister en double.",
    ),
    references=("RFC 7643 §3.1", "RFC 7643 §4.1.1"),
    wanted={
        "renamed": Wanted(Text("the new login has arrived", "le nouvel identifiant est arrivé")),
        "same": Wanted(Text("it is the same account", "c'est le même compte")),
        "surname": Wanted(Text("so has the surname", "le nouveau nom aussi"), otherwise=Verdict.WARNING),
        "once": Wanted(Text("nobody has the old login", "plus personne n'a l'ancien identifiant")),
    },
    play=_play,
    level="AL2",
)
