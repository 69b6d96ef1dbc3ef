"""What a site answers for an address that cannot exist, and which pages are nothing but that answer. Pure."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from docspasta.content.sameness import answer

from .order import StoredPage

# Words of titles that say that something is not there. They decide nothing by themselves: a page that has
# them is also like the answer, and not called like it only because its title holds its own address.
_DENIES = re.compile(
    r"\b(?:no|not|\w+n.t|none|nothing|nowhere|never|cannot|un\w+|invalid|missing|lost|gone|moved|removed|deleted"
    r"|broken|errors?|4\d\d|sorry|o+ps|nicht|kein\w*|fehler|pas|non|in\w+able|aucune?|erreur|ning\w+|erro|não|nada"
    r"|perdid\w|niet|geen|fout|inte|ikke|fel|fejl|nie|błąd|ei|virhe|hata|yok|не|нет|ошибка|нема|помилка)\b"
    "|不|未|没|沒|无|無|错误|錯誤|ない|ません|エラー|없|않|오류",
    re.I,
)


class NoSuchPage(NamedTuple):
    """The site's answer for an address that cannot exist: `likeness` '' where it is not known."""

    likeness: str = ""
    title: str = ""

    def is_answer(self, page: StoredPage[Any]) -> bool:
        """Whether a page is this answer and no page, but for where the job was started.

        Pages are alike without the words of their addresses. A site with a template of few words, which makes
        a page for any address, has pages like that: each has a title of its own. A site's one answer has one
        title, or says in it that there is nothing.
        """
        if not self.likeness or page.depth == 0 or answer(page.likeness) != answer(self.likeness):
            return False
        return page.title == self.title or _DENIES.search(page.title) is not None
