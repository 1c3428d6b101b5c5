"""L35: a leaver whose mail address belongs to somebody else here is out all the same."""

from __future__ import annotations

from dataclasses import replace

from sbe_scim.certify.delays import judge_leaver
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text


def _play(stage: Stage) -> None:
    leaver, holder = stage.somebody(), stage.person()
    held = [{"value": holder.mail, "type": "work"}]
    stage.put_user({"userName": holder.login, "externalId": f"other-{holder.login}", "active": True, "emails": held})
    stage.about(leaver)
    stage.provider.change(replace(leaver, mail=holder.mail))
    # From here its time counts.
    stage.moment("begin")
    stage.provider.disable(replace(leaver, mail=holder.mail))
    stage.note(out=stage.see(lambda: (stage.user(leaver.login) or {}).get("active") is not True, "leaver"))
    stage.note(other=(stage.user(holder.login) or {}).get("active") is True)


MODULE = Module(
    id="L35",
    name="refused-mail",
    title=Text(
        "An address that is taken keeps no leaver in", "Une adresse déjà prise ne retient pas une personne qui part"
    ),
    instruction=Text(
        "Give somebody a mail address that belongs to somebody else here, then block them.",
        "Donnez à quelqu'un une adresse électronique qui appartient ici à un autre, puis bloquez-le.",
    ),
    why=Text(
        "Addresses are given to successors on the day somebody leaves.",
        "Les adresses passent au successeur le jour même du départ.",
    ),
    references=("RFC 7644 §3.5", "IPSIE AL1: 5 min"),
    wanted={
        "out": Wanted(
            Text("the leaver's account is inactive, or gone", "le compte de la personne est inactif, ou supprimé")
        ),
        "other": Wanted(Text("the other person is still active", "l'autre personne est toujours active")),
    },
    play=_play,
    judge=judge_leaver,
)
