"""What people read about people, in French and English."""

from __future__ import annotations

from flask import request

_TEXTS = {
    "en": {
        "closed": "Account closed",
        "function": "Function",
        "department": "Department",
        "title": "Title",
        "phone": "Telephone",
        "roles": "Roles",
        "groups": "Member of",
    },
    "fr": {
        "closed": "Compte fermé",
        "function": "Fonction",
        "department": "Service",
        "title": "Titre",
        "phone": "Téléphone",
        "roles": "Rôles",
        "groups": "Membre de",
    },
}


def texts() -> dict[str, str]:
    """The texts in the language that the browser asks for."""
    return _TEXTS[request.accept_languages.best_match(("en", "fr"), "en")]
