"""Stems of words by a page's language (Snowball). Pure."""

from __future__ import annotations

from collections.abc import Callable

import Stemmer

LANGUAGES = {
    "ar": "arabic",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nl": "dutch",
    "no": "norwegian",
    "nb": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}
UNSTEMMED = frozenset({"zh", "ja", "ko", "th"})


def known(language: str) -> str:
    """The two letters of a language tag; en where a page says none, '' for one without stems."""
    name = language.replace("_", "-").partition("-")[0].lower()
    return name if name in LANGUAGES else "" if name in UNSTEMMED else "en"


def stemmer(language: str) -> Callable[[str], str]:
    """What makes stems of lower-case words of a known language; not for two threads at once."""
    if not language:
        return str
    stem: Callable[[str], str] = Stemmer.Stemmer(LANGUAGES[language], 0).stemWord  # who asks remembers
    return stem
