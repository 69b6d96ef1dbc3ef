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
    r"/\.(?:bunny-shield|safeline|within\.website)/",
    r"captcha-frontend/",
    "geetest",
)
# Each of them holds one of these words. To ask for words costs a tenth of asking the pattern.
CHALLENGE_WORDS = (
    "challenge", "awswaf", "captcha", "cf_chl", "sec-if-cpt", "incapsula", "ddos-guard", "sucuri", "kpsdk",
    "bunny-shield", "safeline", "within", "geetest",
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
    r"verif\w+ you.re (?:a )?human",
    r"check(?:ing)? (?:if|that|whether) (?:you|the site).{0,30} (?:human|secure)",
    r"establishing a secure connection",
    r"checking your browser for",
    r"confirm you are (?:a )?human",
    r"proof[- ]of[- ]work",
    r"^(?:hold on|please wait|one moment|verifying)\W*$",
    "(?:kein|nicht ein) (?:ro)?bot|(?:dass|ob) (?:sie|du) (?:ein )?mensch",
    "sicherheitsüberprüfung|browser wird (?:über)?prüft",
    "(?:êtes|etes) (?:pas un robot|(?:bien )?humain)",
    "vérification de (?:sécurité|votre navigateur)|un instant",
    "no (?:es|eres) un robot|(?:es|eres) (?:un )?(?:ser )?humano|verificación de seguridad|un momento",
    "não é um robô|é (?:um )?(?:ser )?humano|verificação de segurança|só um momento",
    "non sei un robot|sei umano|verifica di sicurezza|geen robot|inte är en robot",
    "ikke er en robot|nie jesteś robotem",
    "не робот|проверка (?:безопасности|браузера)|робот ли вы|не робот[иа]?",
    "ロボットでは(?:ない|ありません)|セキュリティ(?:チェック|確認)",
    "安全(?:验证|驗證|检查)|人机(?:验证|驗證)|不是(?:机器人|機器人)|로봇이 아닙|보안 확인",
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
    r"proof[- ]of[- ]work",
    r"protected by",
    r"checking your (?:browser|connection)",
    r"site owner",
    r"javascript is (?:required|needed)|requires? javascript",
    r"by cloudflare",
    "aktivieren sie (?:javascript|cookies)|(?:activer|activez) (?:javascript|les cookies)",
    "(?:habilite|active|ative) (?:javascript|las cookies|o javascript)",
    "включите (?:javascript|cookies)|启用 ?(?:javascript|cookies)|javascript ?を有効",
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
    r"\blog ?in\b",
    r"\bidentifi(?:cation|ez-vous)\b",
    r"\binicio de sesión|\bentrar\b|\bacesso restrito|\bfazer login|\bfaça login",
    r"\baanmelden|\blogg inn\b|\blogg på\b",
    r"\bkirjaudu|\bkirjautuminen|\bbejelentkez|\bbelépés\b|\bpřihlá[sš]|\bprihlás|\bprijav[ai]\b",
    r"\bautentificare|\bconectare",
    r"\blogowanie|\boturum aç|\bđăng nhập|\bmasuk\b|\bувійти|\bвхід\b|\bавторизуйтесь",
    r"\bσύνδεση|התחבר|כניסה למערכת|כניסה|تسجيل الدخول|ورود|เข้าสู่ระบบ|लॉग ?इन",
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
    r"bevor (?:sie|du)\b",
    r"avant de (?:continuer|poursuivre)|confidentialité",
    r"antes de (?:continuar|seguir)",
    r"prima di continuare|\bprivacy\b",
    r"prywatnoś|soukromí|integritet|personvern|yksityisyy|gizlilik|adatvédel",
    r"(?:license|licence|end.user) agreement|terms (?:of (?:use|service)|and conditions)|\beula\b",
    r"nutzungsbedingungen|conditions d.utilisation|términos (?:de uso|y condiciones)|利用規約|使用条款",
)
ACCEPT = any_of(
    r"\b(?:accept|agree|allow|consent|akzeptier\w+|zustimm\w+|einverstanden|accepter|accepte|aceptar|acepto)\b",
    r"\b(?:aceitar|aceito|accetta|accetto|accepteren|akkoord|acceptera|godta|godkend|akceptuj\w*|kabul et)\b",
    r"\b(?:принять|согласен|принимаю)\b",
    "同意|接受|許可|동의|수락",
    r"\byes\b|\benter\b",
    r"\b(?:akceptuję|zgadzam|souhlasím|přijmout|hyväksy\w*|elfogad\w*|acceptă|godkänn\w*|tillat|prihvati\w*)\b",
    r"\b(?:j.accepte|tout accepter|alle akzeptieren|continue|got it)\b",
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
# In small letters.
HUMAN = (
    "verif", "human", "security check", "not a robot", "unblock", "unusual traffic", "robot", "bot sind",
    "mensch", "vérifi", "robô", "робот", "ロボット", "机器人", "機器人", "验证", "驗證", "로봇",
)  # fmt: skip
PROTECTED = any_of(
    "password[- ]protected",
    "^protected:",
    "permission denied",
    "members? only",
    "private (?:site|project)",
    r"^(?:log-?in|sign-?in|authentication|login) (?:is )?required",
    r"restricted (?:access|area|page)|access restricted",
    r"^(?:customers?|subscribers?|partners?|registered users?) only",
    r"this (?:page|site|area|content|document(?:ation)?) is (?:private|protected|restricted)",
    r"passwort(?:geschützt|schutz)|geschützter bereich|zugriff verweigert|kein zugriff",
    r"accès (?:restreint|réservé|refusé)|acceso (?:restringido|denegado)",
    r"acesso (?:restrito|negado)|accesso (?:riservato|negato)",
    r"доступ (?:запрещ|ограничен)|访问受限|没有权限|アクセス(?:が拒否|権)|접근 (?:제한|거부)",
)
NO_ACCESS = any_of(
    r"(?:do not|don.t) have (?:the )?(?:proper |right |necessary )?(?:permissions?|access) (?:to|for)",
    "(?:ask|request|contact) .{0,60}(?:permission|access|owner)",
    r"(?:must|need to|have to) be (?:logged|signed) ?[- ]?in",
    r"(?:log|sign) ?in (?:with .{0,40} )?to (?:view|see|read|access|continue|proceed)",
    r"(?:available|open) (?:only )?to (?:\w+ )?(?:customers|members|subscribers|partners|registered)",
    r"(?:angemeldet|eingeloggt) sein|melden sie sich .{0,30}an|passwort (?:ein|unten)",
    r"devez être connecté|veuillez vous (?:connecter|identifier)|connectez-vous",
    r"(?:debe|debes|necesita) (?:iniciar sesión|estar registrado)|inicie sesión",
    r"(?:precisa|deve) (?:estar logado|fazer login)|faça login",
    r"(?:необходимо|нужно) (?:войти|авторизоваться)|请(?:先)?登录|ログインして|로그인이 필요|로그인해",
)
# Sentences of a page that opens by a way to sign in, on the page itself.
WAY_IN = any_of(r"/(?:log-?in|logon|sign-?in|signin|sso|saml|oauth2?|auth|users/sign_in|accounts?/login)\b")
# What an address says of a page that is about such notices, and is none. A title alone proves nothing there.
TOPIC = any_of(
    "40[0-9]|50[0-4]|410|429|not-?found|missing|forbidden|unauthori[sz]ed|denied|permission|error|status|"
    "maintenance|downtime|offline|limit|throttl|too-?many|captcha|challenge|robot|bots?\\b|consent|cookie|gdpr|"
    "privacy|terms|licen[cs]e|eula|log-?in|sign-?in|auth|password|secur|verif|form|input|field|faq|troubleshoot"
)
