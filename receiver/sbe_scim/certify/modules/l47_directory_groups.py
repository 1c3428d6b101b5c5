"""L47: groups of the provider's directory have the members that the directory says, those in groups within them too."""

from __future__ import annotations

from sbe_scim.certify.members import member_ids
from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Group, Stage
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Verdict


def _play(stage: Stage) -> None:
    one, other, head = people = [stage.person() for _ in range(3)]
    inner, outer = stage.new_group(), stage.new_group()
    stage.provider.add_entries(people)
    stage.see(lambda: all(stage.user(person.login) for person in people))
    # A group has the SCIM ids of its members.
    named = {(stage.user(person.login) or {}).get("id"): person.login for person in people}

    def members(group: Group) -> set[str]:
        found = stage.named(group)
        return {named.get(member, member) for member in member_ids(found)} if found else set()

    stage.provider.add_entry_group(inner, [one, other])
    stage.provider.add_entry_group(outer, [head], inner)
    stage.note(there=stage.see(lambda: members(inner) == {one.login, other.login}, "recover"))
    everybody = {person.login for person in people}
    stage.note(both=stage.see(lambda: members(outer) == everybody, "recover"), kept=head.login in members(outer))
    stage.about(one)
    stage.provider.leave_entry_group(one, inner)
    stage.note(left=stage.see(lambda: one.login not in members(inner) | members(outer), "recover"))
    stage.note(stayed=other.login in members(inner) and head.login in members(outer))


MODULE = Module(
    id="L47",
    name="directory-groups",
    title=Text(
        "Groups of the directory have its members", "Les groupes de l'annuaire ont les membres qu'il leur donne"
    ),
    instruction=Text(
        "With three people of a directory, make a group of two there, and another of the third and that group; then "
        "take somebody out of the first.",
        "Avec trois personnes d'un annuaire, créez-y un groupe de deux, et un autre avec la troisième et ce groupe ; "
        "puis retirez quelqu'un du premier.",
    ),
    why=Text(
        "Where a directory says who works in which office, it says so by groups in groups, and no event tells of them.",
        "Là où un annuaire dit qui travaille dans quel service, c'est par des groupes dans des groupes, sans prévenir.",
    ),
    references=("RFC 7643 §4.2", "MS-ADTS §3.1.1.3.4.4.3 (LDAP_MATCHING_RULE_TRANSITIVE_EVAL)"),
    wanted={
        "there": Wanted(Text("its members are in the inner group", "ses membres sont dans le groupe intérieur")),
        "both": Wanted(
            Text("they are in the outer group too", "ils sont aussi dans le groupe extérieur"),
            otherwise=Verdict.WARNING,
        ),
        "kept": Wanted(Text("whoever is in the outer group is in it", "le membre du groupe extérieur y est")),
        "left": Wanted(
            Text("who leaves the inner group is out of both", "qui quitte le groupe intérieur sort des deux")
        ),
        "stayed": Wanted(Text("everybody else has stayed", "les autres y sont restés")),
    },
    play=_play,
    needs=frozenset({"add_entries", "add_entry_group", "leave_entry_group"}),
)
