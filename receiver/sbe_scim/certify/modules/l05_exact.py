"""L05: names arrive letter by letter."""

from __future__ import annotations

from sbe_scim.certify.module import Module, Wanted
from sbe_scim.certify.provider import Stage
from sbe_scim.certify.text import Text
from sbe_scim.certify.verdict import Verdict

_GIVEN, _FAMILY = "Élodie-Anaïs", "d'Ormesson Núñez"
_TITLE, _DEPARTMENT = "Chargée d'études", "Direction générale – façade"
_ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def _play(stage: Stage) -> None:
    somebody = stage.person(given=_GIVEN, family=_FAMILY, title=_TITLE, department=_DEPARTMENT)
    stage.provider.create(somebody)
    stage.note(there=stage.see(lambda: stage.user(somebody.login)))
    stage.about(somebody)
    found = stage.user(somebody.login) or {}
    name = found.get("name") or {}
    stage.note(names=(name.get("givenName"), name.get("familyName")) == (_GIVEN, _FAMILY))
    stage.note(mail=[mail.get("value") for mail in found.get("emails") or ()] == [somebody.mail])
    stage.note(title=found.get("title") == _TITLE)
    stage.note(department=(found.get(_ENTERPRISE) or {}).get("department") == _DEPARTMENT)


MODULE = Module(
    id="L05",
    name="exact",
    title=Text(
        "Accents, apostrophes and two surnames arrive as they are",
        "Accents, apostrophes et noms composés arrivent intacts",
    ),
    instruction=Text(
        f"Give {_GIVEN} {_FAMILY} ({_TITLE}, {_DEPARTMENT}) the application.",
        f"Affectez l'application à {_GIVEN} {_FAMILY} ({_TITLE}, {_DEPARTMENT}).",
    ),
    why=Text(
        "Nobody wants to see their name misspelt each day.",
        "Personne ne veut voir chaque jour son nom mal écrit.",
    ),
    references=("RFC 7643 §4.1.1", "RFC 7643 §4.3", "RFC 8259 §8.1"),
    wanted={
        "there": Wanted(Text("the person has an account", "la personne a un compte")),
        "names": Wanted(
            Text("first and last name are the same letter by letter", "prénom et nom sont identiques à la lettre")
        ),
        "mail": Wanted(Text("the mail address is the same, once", "l'adresse électronique est identique et unique")),
        "title": Wanted(Text("the title is the same", "la fonction est identique"), otherwise=Verdict.WARNING),
        "department": Wanted(Text("the department is the same", "le service est identique"), otherwise=Verdict.WARNING),
    },
    play=_play,
)
