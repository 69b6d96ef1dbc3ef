"""What a site answers in a page's place: a check for robots, a sign-in, a question for consent, a notice that
it is down or was asked too often, or, with status 200, that there is no such page.

Only pages of few words are looked at: a wall says one thing. Each kind needs a mark that a page of
documentation does not have: a challenge's own script, a form for a password that is the page, or a title that
says it together with what such notices tell the reader to do.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from .page import Page
from .query import css, css_first
from .tags import TAGS

WALL_WORDS = 150
NOTICE_WORDS = 80
NOTICE_LINKS = 15  # a page of documentation has its site's menu; a notice may have a short one
FORM_WORDS = 80


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.I)


# In a script's text or address, or as the id of an element: Anubis, Cloudflare, AWS WAF, DataDome, Akamai,
# Imperva, PerimeterX, DDoS-Guard, Sucuri, go-away, Kasada.
_CHALLENGE = _any(
    "anubis_challenge",
    "_cf_chl_opt",
    r"/cdn-cgi/challenge-platform/\w+/\w+/orchestrate",
    "awswafcookiedomainlist",
    "awswafintegration",
    r"\.awswaf\.com/.*challenge",
    r"captcha-delivery\.com",
    "/_sec/cp_challenge/",
    "sec-if-cpt-container",
    "_incapsula_resource",
    "px-captcha",
    "ddos-guard",
    "sucuri_cloudproxy_js",
    "goaway_challenge",
    "kpsdk",
)
# Each of them holds one of these words. To ask for words costs a tenth of asking the pattern.
_CHALLENGE_WORDS = (
    "challenge", "awswaf", "captcha", "cf_chl", "sec-if-cpt", "incapsula", "ddos-guard", "sucuri", "kpsdk",
)  # fmt: skip
_CAPTCHA = _any(r"\.\w+/recaptcha/", r"hcaptcha\.com/", r"challenges\.cloudflare\.com/", "captcha")
_CHALLENGE_TITLE = _any(
    "just a moment",
    "checking your browser",
    "making sure you.re not a (?:bot|robot)",
    r"verif\w+ (?:that )?you are (?:a )?human",
    "attention required",
    "security check(?:point)?",
    "are you (?:a )?(?:robot|human)",
    "(?:human|bot|browser) verification",
    "ddos protection",
    "access (?:to this page has been )?denied",
    "pardon our interruption",
    "request (?:was )?blocked",
)
_CHALLENGE_TEXT = _any(
    "enable (?:javascript|cookies)",
    "your browser",
    "you are (?:not a robot|human)",
    "captcha",
    "unusual traffic",
    "reference #",
    "(?:ray|incident) id",
    "don.t have permission to access",
    "security service",
)
_SIGN_IN = _any(
    r"\bsign(?:ing)?[ -]?in\b",
    r"\blog(?:ging)?[ -]?(?:in|on)\b",
    r"\bauthentication required",
    "single sign",
    r"\banmeld\w+",
    r"\bconnexion",
    r"\bse connecter",
    "iniciar ses",
    r"\bacceder\b",
    r"\bacessar\b",
    r"\baccedi\b",
    r"\binloggen",
    r"\blogga in",
    r"\blog ind",
    r"\bzaloguj",
    r"\bgiriş yap",
    r"\bвход\b",
    r"\bвойти",
    "авторизация",
    "ログイン",
    "サインイン",
    "登(?:录|錄|入)",
    "로그인",
)
_LOGIN_PATH = _any(r"/(?:log-?in|logon|sign-?in|sso|oauth2?|users/sign_in|accounts?/login)\b")
_CONSENT = _any(
    r"\bconsent\b",
    r"\bcookies?\b",
    "before you continue",
    "privacy (?:choices|settings)",
    "einwilligung",
    "(?:ihre|deine) privatsphäre",
    r"\bconsentement",
    "votre vie privée",
    r"\bconsent(?:imiento|imento)",
    "privacidad",
    "privacidade",
    r"\bconsenso\b",
    "toestemming",
    "согласи",
    "隐私|隱私|プライバシー|クッキー|동의",
)
_ACCEPT = _any(
    r"\b(?:accept|agree|allow|consent|akzeptier\w+|zustimm\w+|einverstanden|accepter|accepte|aceptar|acepto)\b",
    r"\b(?:aceitar|aceito|accetta|accetto|accepteren|akkoord|acceptera|godta|godkend|akceptuj\w*|kabul et)\b",
    r"\b(?:принять|согласен|принимаю)\b",
    "同意|接受|許可|동의|수락",
)
_MAINTENANCE = _any(
    "(?:under|down for|scheduled|planned|undergoing) maintenance",
    "maintenance mode",
    "^maintenance$",
    "(?:be|we.re) (?:right )?back (?:soon|shortly)",
    "we.ll be (?:right )?back",
    "temporarily (?:unavailable|down|offline)",
    "service unavailable",
    "wartungsarbeiten",
    "en (?:cours de )?maintenance",
    "en mantenimiento",
    "em manutenção",
    "in manutenzione",
    "технические работы",
    "维护中|維護中|系统维护|メンテナンス中|점검 중",
)
_LATER = _any(
    r"\bback\b",
    r"\bsoon\b",
    "try again",
    "later",
    "apologi[sz]e",
    "inconvenience",
    "moment",
    "minutes",
    "hours",
    "shortly",
    "später|bald wieder",
    "bientôt|plus tard|quelques",
    "más tarde|mais tarde|più tardi|en breve|em breve",
    "позже|скоро",
    "稍[后後]|しばらく|後ほど|다시",
)
_TOO_OFTEN = _any(
    "too many requests",
    r"rate limit\w* (?:exceeded|reached)",
    "exceeded (?:the|your) rate limit",
    "rate limited",
    r"^(?:error )?429\b",
)
_SLOWER = _any(
    "try again",
    "slow(?:er| down)",
    "your (?:ip|network|address|client)",
    "you have (?:sent|made|been)",
    "please wait",
)
_NO_PAGE = _any(
    r"^(?:http )?(?:error )?404(?:\W+(?:error|(?:page |file )?not found))?\W*$",
    r"\bpage (?:was |is |could )?not (?:be )?found",
    r"\bpage (?:doesn.t|does not) exist",
    r"^not found\W*$",
    "seite (?:wurde )?nicht gefunden",
    "page (?:introuvable|non trouvée)",
    "página (?:no|não) (?:fue |foi )?encontrada",
    "pagina (?:non trovata|niet gevonden)",
    "страница не найдена",
    "页面(?:不存在|未找到)|找不到(?:页面|頁面|网页)|頁面不存在",
    "ページが見つかりません",
    "페이지를 찾을 수 없",
)
_MISSING = _any(
    "looking for",
    "requested",
    "(?:doesn.t|does not) exist",
    "no longer",
    "may have (?:been )?moved",
    "(?:go|back|return) (?:to )?(?:the )?(?:home|start)",
    "sorry",
    r"(?:couldn.t|could not|can.t|cannot) (?:be )?f(?:i|ou)nd",
    "broken link",
    "existiert nicht|startseite|gesuchte|aufgerufene",
    "existe (?:pas|plus)|recherch|accueil",
    "no existe|não existe|buscas?|procura|inicio|início",
    "non esiste|bestaat niet|cercando|zoek",
    "не существует|главн|удалена",
    "不存在|首页|首頁|返回|お探し|削除|存在しない|홈으로|삭제",
)
_SCRIPT = TAGS["script"]
_TAIL = re.compile(r"\s+[|–—·•-]\s+")
_ELSEWHERE = frozenset(("header", "nav", "footer", "aside", "dialog"))


def wall(tree: LexborHTMLParser, page: Page) -> str:
    """The PageReason of what stands in the page's place, '' for a page."""
    if page.words >= WALL_WORDS:
        return ""
    said = tree.body.text_lexbor() if tree.body is not None else ""
    titles = [*_TAIL.split(page.title), *(heading.text for heading in page.headings[:2])]
    if _is_challenge(tree, titles, said):
        return "challenge"
    if _asks_to_sign_in(tree, page, titles):
        return "sign_in"
    if _asks_for_consent(tree, page, titles):
        return "consent"
    return _notice(page, titles, said)


def _is_challenge(tree: LexborHTMLParser, titles: list[str], said: str) -> bool:
    titled = any(_CHALLENGE_TITLE.search(title) for title in titles)
    told = titled and _CHALLENGE_TEXT.search(said) is not None
    names: list[str] = []
    scripts: list[str] = []
    for node in css(tree.root, "script, iframe, [id]"):
        attributes = node.attributes
        names.append(f"{attributes.get('id') or ''} {attributes.get('src') or ''}")
        if node.tag_id == _SCRIPT:
            scripts.append(node.text_lexbor() or "")
    named = "\n".join(names)
    if titled and _CAPTCHA.search(named):
        return True
    return told or _has_challenge("\n".join((named, *scripts)))


def _has_challenge(text: str) -> bool:
    """Whether a challenge's own script, or the id of its element, stands in a text."""
    small = text.lower()
    return any(word in small for word in _CHALLENGE_WORDS) and _CHALLENGE.search(text) is not None


def _asks_to_sign_in(tree: LexborHTMLParser, page: Page, titles: list[str]) -> bool:
    """A form for a password that is the page's own, on a page that calls itself so; or a way to one."""
    if css_first(tree.root, "input[name=SAMLRequest]") is not None:
        return True
    if page.words >= FORM_WORDS:
        return False
    if not any(_SIGN_IN.search(title) for title in titles) and _LOGIN_PATH.search(page.url) is None:
        return False
    if any(not _is_elsewhere(node) for node in css(tree.root, "input[type=password]")):
        return True
    return page.noindex and css_first(tree.root, "main form, body > form") is not None


def _is_elsewhere(node: LexborNode) -> bool:
    """Whether a field stands in what surrounds each page of a site: its header, a menu, a dialog."""
    up = node.parent
    while up is not None and up.tag != "body":
        names = (up.attributes.get("class") or "").lower()
        if up.tag in _ELSEWHERE or "modal" in names or "dropdown" in names or "navbar" in names:
            return True
        up = up.parent
    return False


def _asks_for_consent(tree: LexborHTMLParser, page: Page, titles: list[str]) -> bool:
    if len(page.links) >= NOTICE_LINKS or not any(_CONSENT.search(title) for title in titles):
        return False
    buttons = css(tree.root, "form button, form input[type=submit], form [role=button], button")
    texts = (f"{node.text_lexbor() or ''} {node.attributes.get('value') or ''}" for node in buttons)
    return any(_ACCEPT.search(text) for text in texts)


def _notice(page: Page, titles: list[str], said: str) -> str:
    """A page that only says why there is no page: its title says it, and its text what to do."""
    if page.words >= NOTICE_WORDS:
        return ""
    few = len(page.links) < NOTICE_LINKS
    if few and any(_MAINTENANCE.search(title) for title in titles) and _LATER.search(said):
        return "maintenance"
    if few and any(_TOO_OFTEN.search(title) for title in titles) and _SLOWER.search(said):
        return "rate_limited"
    if any(_NO_PAGE.search(title.strip()) for title in titles) and _MISSING.search(said):
        return "not_found"
    return ""
