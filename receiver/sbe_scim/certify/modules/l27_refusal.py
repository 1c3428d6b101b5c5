"""L27: one who is refused holds up nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sbe_scim.certify.loops import judge_no_loop
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.record import Row
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Finding, Verdict


def _play(stage: Stage) -> None:
    refused, next_one = stage.person(), stage.person()
    stage.put_user({"userName": refused.login, "externalId": f"other-{refused.login}", "active": True})
    stage.about(refused)
    stage.provider.create(refused)
    stage.provider.create(next_one)
    stage.note(next=stage.see(lambda: stage.user(next_one.login)))
    left = stage.user(refused.login) or {}
    stage.note(untouched=left.get("externalId") == f"other-{refused.login}")


def _offline(rows: Sequence[Row], _: Mapping[str, float]) -> Finding | None:
    writes = [row for row in rows if row.write]
    refused = next((number for number, row in enumerate(writes) if 400 <= row.status < 429), None)
    if refused is None:
        return None
    if any(row.accepted and row.target_id != writes[refused].target_id for row in writes[refused:]):
        return Finding(Verdict.PASSED)
    return Finding(Verdict.REVIEW, (_LAST,))


_LAST = Text(
    "Nothing was accepted after the first refusal: was there anything left to send?",
    "Rien n'a été accepté après le premier refus : restait-il quelque chose à envoyer ?",
)

MODULE = Module(
    id="L27",
    name="refusal",
    title=Text("One who is refused holds up nobody", "Un refus ne bloque personne d'autre"),
    instruction=Text(
        "Give two people the application; the login of the first belongs to somebody else here.",
        "Affectez l'application à deux personnes ; l'identifiant de la première appartient ici à quelqu'un d'autre.",
    ),
    why=Text(
        "One wrong entry must not stop a whole administration.",
        "Une fiche erronée ne doit pas bloquer toute une administration.",
    ),
    references=("RFC 7644 §3.12", "RFC 7644 §3.3 (uniqueness)"),
    wanted={
        "next": Wanted(Text("the other person has an account", "l'autre personne a son compte")),
        "untouched": Wanted(Text("nobody else's account was taken over", "aucun compte d'autrui n'a été repris")),
    },
    play=_play,
    judge=judge_no_loop,
    offline=_offline,
)
