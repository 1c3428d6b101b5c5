"""L39: whose organization is blocked is out, and back with it."""

from __future__ import annotations

from sbe_scim.certify.delays import judge_leaver
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text


def _play(stage: Stage) -> None:
    member, other = stage.person(), stage.somebody()

    def active() -> bool:
        return (stage.user(member.login) or {}).get("active") is True

    stage.provider.sign_in(member)
    stage.note(there=stage.see(active))
    identifier = stage.about(member)
    # From here its time counts.
    stage.moment("begin")
    stage.provider.block_organization(member)
    stage.note(out=stage.see(lambda: not active(), "leaver"))
    stage.note(others=(stage.user(other.login) or {}).get("active") is True)
    stage.provider.unblock_organization(member)
    stage.note(back=stage.see(active), same=(stage.user(member.login) or {}).get("id") == identifier)


MODULE = Module(
    id="L39",
    name="organization",
    title=Text("Whose organization is blocked is out", "Qui appartient à une organisation bloquée n'a plus accès"),
    instruction=Text(
        "Let somebody sign in by the identity provider of an organization; block that organization, and unblock it.",
        "Connectez quelqu'un par le fournisseur d'identité d'une organisation ; bloquez-la, puis débloquez-la.",
    ),
    why=Text(
        "When a contract ends all of a partner's people must be out, and nobody else.",
        "À la fin d'un marché, tous les agents du partenaire doivent sortir, et personne d'autre.",
    ),
    references=("RFC 7643 §4.1.1 (active)", "IPSIE AL1: 5 min"),
    wanted={
        "there": Wanted(Text("the person had an active account", "la personne avait un compte actif")),
        "out": Wanted(Text("the account is inactive, or gone", "le compte est inactif, ou supprimé")),
        "others": Wanted(Text("somebody else is still active", "quelqu'un d'autre est toujours actif")),
        "back": Wanted(Text("the account is active again", "le compte est de nouveau actif")),
        "same": Wanted(Text("it is the same account", "c'est le même compte")),
    },
    play=_play,
    needs=frozenset({"sign_in", "block_organization"}),
    judge=judge_leaver,
)
