"""What administrators read about provisioning, in French and English."""

from __future__ import annotations

from flask import request

from sbe_scim.journal.page_texts import TEXTS
from sbe_scim.journal.remedy_texts import ENGLISH, FRENCH, Words

_TEXTS = {
    "en": {
        **TEXTS["en"],
        "title": "Provisioning",
        "none": "No receiver has started here yet.",
        "closed": "Accounts closed by hand",
        "closed_more": "They stay closed, whatever the identity provider says, until an administrator opens them here.",
        "repaired": "Brought back in the last week",
        "repaired_more": "Somebody had changed here what the identity provider governs.",
        "history": "One person's journal",
    },
    "fr": {
        **TEXTS["fr"],
        "title": "Provisionnement",
        "none": "Aucun récepteur n'a encore démarré ici.",
        "closed": "Comptes fermés à la main",
        "closed_more": "Ils restent fermés, quoi que dise le fournisseur d'identité, tant qu'un administrateur "
        "ne les rouvre pas ici.",
        "repaired": "Rétablis cette semaine",
        "repaired_more": "Quelqu'un avait changé ici ce que le fournisseur d'identité régit.",
        "history": "Journal d'une personne",
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
