"""What administrators read about provisioning, in French and English."""

from __future__ import annotations

from flask import request

from sbe_scim.journal.remedy_texts import ENGLISH, FRENCH, Words

_TEXTS = {
    "en": {
        "title": "Provisioning",
        "none": "No receiver has started here yet.",
        "sources": "Sources",
        "source": "Source",
        "issuer": "Identity provider",
        "people": "Its people",
        "groups": "Its groups",
        "last": "Last contact",
        "never": "never",
        "disabled": "disabled",
        "storm": "Source {source}: since {since} losses of access are held ({count} people and groups): so many at "
        "once may be an accident. Repair it at the identity provider, or say “sbe-scim source release {source}”.",
        "refused": "Refused",
        "nobody_refused": "Nobody is refused.",
        "who": "Who",
        "since": "Since",
        "times": "Times",
        "why": "Why",
        "remedy": "What to do",
        "closed": "Accounts closed by hand",
        "closed_more": "They stay closed, whatever the identity provider says, until an administrator opens them here.",
        "compared": "Changed by hand: the latest comparison",
        "compared_when": "Compared",
        "found": "Differed",
        "brought_back": "Brought back",
        "held": "Held",
        "blocked": "Closed by hand",
        "held_more": "So much differed at once that it may be an accident: nothing of this source was brought back. "
        "Look with “sbe-scim sbe check”, then say “--repair --all”.",
        "repaired": "Brought back in the last week",
        "repaired_more": "Somebody had changed here what the identity provider governs.",
        "history": "One person's journal",
        "search": "User name, mail address or id",
        "show": "Show",
        "unknown": "The journal has nothing of this person.",
        "when": "When",
        "operation": "Request",
        "status": "Answer",
        "what": "What",
    },
    "fr": {
        "title": "Provisionnement",
        "none": "Aucun récepteur n'a encore démarré ici.",
        "sources": "Sources",
        "source": "Source",
        "issuer": "Fournisseur d'identité",
        "people": "Ses personnes",
        "groups": "Ses groupes",
        "last": "Dernier contact",
        "never": "jamais",
        "disabled": "désactivée",
        "storm": "Source {source} : depuis le {since}, des pertes d'accès sont retenues ({count} personnes et groupes) "
        ": tant à la fois, c'est peut-être un accident. Réparez-le chez le fournisseur d'identité, ou dites "
        "« sbe-scim source release {source} ».",
        "refused": "Refusés",
        "nobody_refused": "Personne n'est refusé.",
        "who": "Qui",
        "since": "Depuis",
        "times": "Fois",
        "why": "Pourquoi",
        "remedy": "Que faire",
        "closed": "Comptes fermés à la main",
        "closed_more": "Ils restent fermés, quoi que dise le fournisseur d'identité, tant qu'un administrateur "
        "ne les rouvre pas ici.",
        "compared": "Changés à la main : la dernière comparaison",
        "compared_when": "Comparée",
        "found": "Écarts",
        "brought_back": "Rétablis",
        "held": "Retenus",
        "blocked": "Fermés à la main",
        "held_more": "Il y avait tant d'écarts à la fois que c'est peut-être un accident : rien de cette source n'a "
        "été rétabli. Regardez avec « sbe-scim sbe check », puis dites « --repair --all ».",
        "repaired": "Rétablis cette semaine",
        "repaired_more": "Quelqu'un avait changé ici ce que le fournisseur d'identité régit.",
        "history": "Journal d'une personne",
        "search": "Nom d'utilisateur, adresse ou identifiant",
        "show": "Afficher",
        "unknown": "Le journal n'a rien de cette personne.",
        "when": "Quand",
        "operation": "Requête",
        "status": "Réponse",
        "what": "Quoi",
    },
}


_REMEDIES = {"en": ENGLISH, "fr": FRENCH}


def texts() -> dict[str, str]:
    """The texts in the language that the browser asks for."""
    return _TEXTS[_language()]


def remedies() -> Words:
    """Reasons of refusals and their remedies, in that language."""
    return _REMEDIES[_language()]


def _language() -> str:
    return str(request.accept_languages.best_match(("en", "fr"), "en"))
