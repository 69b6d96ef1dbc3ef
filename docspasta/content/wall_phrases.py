"""What pages say that stand in the place of another: titles, sentences, scripts, by the kind of wall.

A phrase alone proves little; `walls.py` says which of them must come together.
"""

from __future__ import annotations

import re


def any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.I)


# In a script's text or address, or as the id of an element: Anubis, Cloudflare, AWS WAF, DataDome, Akamai,
# Imperva, PerimeterX, DDoS-Guard, Sucuri, go-away, Kasada.
CHALLENGE = any_of(
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
CHALLENGE_WORDS = (
    "challenge", "awswaf", "captcha", "cf_chl", "sec-if-cpt", "incapsula", "ddos-guard", "sucuri", "kpsdk",
)  # fmt: skip
CAPTCHA = any_of(r"\.\w+/recaptcha/", r"hcaptcha\.com/", r"challenges\.cloudflare\.com/", "captcha")
# The same for these.
CAPTCHA_WORDS = ("captcha", "challenges.cloudflare.com/")
CHALLENGE_TITLE = any_of(
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
    r"request rejected",
    r"one moment, please",
    r"your access to this (?:site|service) has been limited",
    r"^not acceptable\W*$",
    r"client challenge",
    r"(?:verifying|checking) your connection",
    r"checking (?:that )?you are not a (?:bot|robot)",
    r"bot (?:detection|manager)",
    r"page blocked",
    r"security verification",
    r"verification required",
    r"you have been blocked",
    r"ddos-guard",
)
CHALLENGE_TEXT = any_of(
    "enable (?:javascript|cookies)",
    "your browser",
    "you are (?:not a robot|human)",
    "captcha",
    "unusual traffic",
    "reference #",
    "(?:ray|incident) id",
    "don.t have permission to access",
    "security service",
    r"being verified",
    r"mod_security",
    r"support id",
    r"is protected (?:with|by)",
    r"if you are (?:a )?human",
    r"firewall",
    r"protect\w* (?:the|this|our) (?:site|website|service)",
    r"javascript is disabled",
    r"block reason",
    r"(?:are|not) a (?:ro)?bot",
    r"verif\w+ your",
)
SIGN_IN = any_of(
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
LOGIN_PATH = any_of(r"/(?:log-?in|logon|sign-?in|sso|oauth2?|users/sign_in|accounts?/login)\b")
CONSENT = any_of(
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
    r"age (?:verification|gate|check)",
    r"are you (?:over|at least|of legal)",
)
ACCEPT = any_of(
    r"\b(?:accept|agree|allow|consent|akzeptier\w+|zustimm\w+|einverstanden|accepter|accepte|aceptar|acepto)\b",
    r"\b(?:aceitar|aceito|accetta|accetto|accepteren|akkoord|acceptera|godta|godkend|akceptuj\w*|kabul et)\b",
    r"\b(?:принять|согласен|принимаю)\b",
    "同意|接受|許可|동의|수락",
    r"\byes\b|\benter\b",
)
MAINTENANCE = any_of(
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
    r"currently (?:upgrading|updating|down|offline)",
)
LATER = any_of(
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
TOO_OFTEN = any_of(
    "too many requests",
    r"rate limit\w* (?:exceeded|reached)",
    "exceeded (?:the|your) rate limit",
    "rate limited",
    r"^(?:error )?429\b",
    r"(?:going|asking|browsing|requests) too (?:fast|quickly|often)",
    r"^slow down\W*$",
)
SLOWER = any_of(
    "try again",
    "slow(?:er| down)",
    "your (?:ip|network|address|client)",
    "you have (?:sent|made|been)",
    "please wait",
    r"temporarily blocked",
)
NO_PAGE = any_of(
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
    r"page (?:can.t|cannot|couldn.t|could not) be found",
    r"(?:can.t|cannot|couldn.t|could not) find (?:that|this|the|your) page",
    r"^(?:file|document|url) not found\W*$",
    r"^not found \(#?404\)",
)
MISSING = any_of(
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
    r"nothing was found",
    r"does not contain the requested",
    r"while the web server was processing",
)
# One of these sentences is enough: nobody writes it but such a notice.
CHALLENGE_SAID = any_of(
    "requested url was rejected. please consult with your administrator",
    "made us think that you are a bot",
    "(?:solve|complete) th(?:is|e) captcha (?:to|below)",
    "error was generated by mod_security",
    "blocked by a (?:web application )?firewall",
    "blocked by (?:the )?security (?:policy|rules) of",
)
# The same for these: `said` may be all of a long page's menus.
CHALLENGE_SAID_WORDS = ("administrator", "a bot", "captcha", "mod_security", "firewall", "security")
NO_PAGE_SAID = any_of(
    r"the page (?:that )?you(?:.re| are| were|.ve| have)? (?:are |were )?"
    r"(?:looking for|requested|trying to (?:reach|access|view)) "
    r"(?:(?:do|could|ca|was|is)(?:es)?n.t|does not|could not|cannot|was not|is not|(?:is )?no longer|has been"
    r"|may have|might have)",
    "(?:reached|found|visiting) a page that (?:doesn.t|does not) exist",
    "not the page you(?:.re| are| were) looking for",
)
# In small letters.
HUMAN = ("verif", "human", "security check", "not a robot", "unblock", "unusual traffic")
PROTECTED = any_of(
    "password[- ]protected", "^protected:", "permission denied", "members? only", "private (?:site|project)"
)
NO_ACCESS = any_of(
    r"(?:do not|don.t) have (?:the )?(?:proper |right |necessary )?(?:permissions?|access) (?:to|for)",
    "(?:ask|request|contact) .{0,60}(?:permission|access|owner)",
)
SERVER_ERROR = any_of(
    r"^(?:error )?50[0-4]\b",
    r"^(?:bad gateway|gateway time-?out|service (?:temporarily )?unavailable)\W*$",
    r"^(?:internal server|application) error\W*$",
)
SERVER = any_of("nginx", "apache/", "openresty", "cloudflare", "varnish", "microsoft-iis", "temporarily")
SERVER_SAYS = any_of("could not be served", "the server encountered an internal error")
