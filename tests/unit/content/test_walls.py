"""What stands in a page's place is known, and pages about it are pages."""

from __future__ import annotations

import re

import pytest

from docspasta.content import read_page, wall_phrases

WORDS = "<p>" + "The valve opens when the wheel turns and the lamp is green. " * 4 + "</p>"
LINKS = "".join(f'<a href="/p{n}">page {n}</a> ' for n in range(30))


def reason(html: str, url: str = "https://site.example/docs/x") -> str:
    return read_page(f"<!doctype html><html>{html}</html>".encode(), url).reason


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<head><title>Making sure you&#39;re not a bot!</title></head><body><main><h1>Making sure you are not a bot!</h1><p>Loading while the site protects itself from scrapers.</p><script id="anubis_challenge" type="application/json">{}</script></main></body>', "challenge"),
        ('<head><title>Just a moment...</title></head><body><h1>site.example</h1><p>Performing security verification of your browser</p><script>(function(){window._cf_chl_opt = {cvId: "3"};})()</script></body>', "challenge"),
        ('<head><title></title><script>window.awsWafCookieDomainList = [];</script></head><body><h1>JavaScript is disabled</h1><p>In order to continue, we need to verify that you are not a robot.</p></body>', "challenge"),
        ('<head><title>site.example</title></head><body><p id="cmsg">Please enable JS and disable any ad blocker now</p><script src="https://ct.captcha-delivery.com/c.js"></script></body>', "challenge"),
        ('<head><title>Access Denied</title></head><body><h1>Access Denied</h1> You don\'t have permission to access "http://site.example/" on this server. Reference #18.a4b</body>', "challenge"),
        ('<head><title>Please wait</title></head><body><div id="sec-if-cpt-container"></div><p>Checking things before you can go on here</p></body>', "challenge"),
        ('<head><title>Security check</title></head><body><p>Please show that you are no machine to go on.</p><iframe src="https://newassets.hcaptcha.com/captcha/v1"></iframe></body>', "challenge"),
        ('<head><title>Sign in · Acme</title></head><body><main><h1>Sign in</h1><form action="/session"><label>Email <input name=email></label><label>Password <input type=password></label><button>Sign in</button></form><p>New here? Create an account for yourself.</p></main></body>', "sign_in"),
        ('<head><title>Acme</title></head><body><form method=post action="https://sso.example"><input type=hidden name="SAMLRequest" value="x"><noscript>Your browser has no scripts; press the button to go on.</noscript></form></body>', "sign_in"),
        ('<head><title>Cookie consent</title></head><body><main><h1>We value your privacy</h1><p>Before you read this site, choose which cookies we may keep.</p><form><button>Accept all</button><button>Reject</button></form></main></body>', "consent"),
        ('<head><title>Scheduled maintenance</title></head><body><h1>Scheduled maintenance</h1><p>Our documentation is being upgraded. We will be back in a few minutes.</p></body>', "maintenance"),
        ('<head><title>Too many requests</title></head><body><h1>Too many requests</h1><p>You have sent too many requests. Please try again later.</p></body>', "rate_limited"),
        ('<head><title>Se connecter</title></head><body><main><h1>Se connecter</h1><form><input name=u><input type=password><button>Valider</button></form><p>Avec votre compte de la société.</p></main></body>', "sign_in"),
        ('<head><title>登入</title></head><body><main><h1>登入</h1><form><input type=password></form><p>請先登入您的帳戶以繼續</p></main></body>', "sign_in"),
        ('<head><title>Вход</title></head><body><main><h1>Вход</h1><form><input type=password></form><p>Введите имя и пароль, чтобы продолжить.</p></main></body>', "sign_in"),
        ('<head><title>Votre vie privée</title></head><body><main><h1>Nous respectons votre vie privée</h1><p>Choisissez ce que nous gardons avant de lire.</p><button>Tout accepter</button></main></body>', "consent"),
        ('<head><title>Deine Privatsphäre</title></head><body><main><h1>Wir achten deine Privatsphäre</h1><p>Wähle, was wir speichern dürfen, bevor du liest.</p><button>Alle akzeptieren</button></main></body>', "consent"),
        ('<head><title>Sitio en mantenimiento</title></head><body><h1>Sitio en mantenimiento</h1><p>Vuelva a intentarlo más tarde, por favor, gracias.</p></body>', "maintenance"),
        ('<head><title>Página no encontrada</title></head><body><h1>Página no encontrada</h1><p>La página que buscas no existe o ha cambiado.</p></body>', "not_found"),
        ('<head><title>ページが見つかりません</title></head><body><h1>ページが見つかりません</h1><p>お探しのページは削除された可能性があります。</p></body>', "not_found"),
        ('<head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your administrator.<br>Your support ID is: 12345</body>', "challenge"),
        ('<head><title>One moment, please...</title></head><body><h1>Please wait while your request is being verified...</h1><form id=f action="/z0f"><input type=hidden></form></body>', "challenge"),
        ('<head><title>Verify</title></head><body><p>Please verify you are a human to continue.</p><form><div class="h-captcha"></div></form></body>', "challenge"),
        ('<head><title>Not Acceptable!</title></head><body><h1>Not Acceptable!</h1><p>This error was generated by Mod_Security.</p></body>', "challenge"),
        ('<head><meta name=robots content=noindex><title>Acme - Sign In</title></head><body><div><div><h2>Sign In</h2><form><input name=identifier><input type=submit value=Next></form></div></div></body>', "sign_in"),
        ('<head><title>Protected: Docs</title></head><body><h1>Protected: Docs</h1><p>To view it please enter your password below:</p><form><input type=password></form></body>', "sign_in"),
        ('<head><title>Docs - permission denied</title></head><body><h1>Permission Denied</h1><p>You don\'t have the proper permissions to view this page.</p></body>', "sign_in"),
        ('<head><title>Age check</title></head><body><h1>Are you over 18?</h1><p>You must be of age to enter this site.</p><button>Yes, enter</button></body>', "consent"),
        ('<head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx/1.25</center></body>', "maintenance"),
        ('<head><title>Application error</title></head><body><h1>Application error</h1><p>An error occurred in the application and your page could not be served.</p></body>', "maintenance"),
        ('<head><title>Slow down</title></head><body><h1>You are going too fast</h1><p>You have been temporarily blocked. Please wait and try again.</p></body>', "rate_limited"),
        ('<head><title>Oops! | Acme</title></head><body><h1>Oops! That page can’t be found.</h1><p>It looks like nothing was found at this location.</p></body>', "not_found"),
        ('<head><title>Lost</title></head><body><h1>Nothing to see here</h1><p>The page you are looking for does not exist.</p></body>', "not_found"),
        ('<head><title>404 | Acme Docs</title></head><body><nav>' + LINKS + '</nav><main><h1>Page not found</h1><p>Sorry, we could not find the page you are looking for.</p></main></body>', "not_found"),
    ],
)  # fmt: skip
def test_walls_are_known(html: str, expected: str) -> None:
    page = read_page(f"<!doctype html><html>{html}</html>".encode(), "https://site.example/docs/x")
    assert page.reason == expected
    assert (page.markdown, page.words) == ("", 0)


@pytest.mark.parametrize(
    "html",
    [
        "<title>Maintenance mode</title><main><h1>Maintenance mode</h1><p>Turn it on with a switch; visitors see a notice until it is turned off again later.</p></main><nav>" + LINKS + "</nav>",
        "<title>429 Too Many Requests</title><main><h1>429 Too Many Requests</h1><p>The client has sent more calls than its plan allows in a minute.</p></main>",
        "<title>404 Not Found</title><main><h1>404 Not Found</h1><p>This status code means that the server has nothing at the address.</p></main>",
        "<title>Sign in with OAuth</title><main><h1>Sign in with OAuth</h1>" + WORDS + "</main>",
        "<title>Log in</title><header><form><input type=password></form></header><main><h1>The log in command</h1><p>It takes a name and a token and keeps both in a file.</p></main>",
        "<title>Cookies</title><main><h1>Cookies</h1><p>The client keeps what a server sets; see the jar for how to clear it.</p><button>Copy</button></main>",
        "<title>Connexion à la base</title><main><h1>Connexion à la base</h1><p>Elle prend un nom, un mot de passe et le nom de la base.</p></main>",
        "<title>Mode maintenance</title><main><h1>Le mode de maintenance</h1><p>Il met le site en maintenance jusqu'à ce que la commande le rende.</p></main>",
        "<title>502 Bad Gateway</title><main><h1>502 Bad Gateway</h1><p>nginx answers so when the upstream ends the connection before it sent a header.</p></main>",
        "<title>Permission denied</title><main><h1>Permission denied</h1><p>The shell says so when a file has no x bit; chmod sets it for its owner.</p></main>",
        "<title>CAPTCHA</title><main><h1>CAPTCHA</h1><p>Add a widget to a form to verify that a human sends it.</p><pre>&lt;div class='h-captcha'></pre><div class=h-captcha></div></main>",
        "<title>One moment</title><main><h1>One moment</h1><p>The spinner shows this text while a widget waits for its data to come.</p></main>",
        "<title>Bots</title><main><h1>Bots</h1><p>Anubis puts an element with the id <code>anubis_challenge</code> into its page.</p></main>",
        "<title>Scripts</title><main><h1>Turnstile</h1>" + WORDS + "</main><script>(function(){var d='/cdn-cgi/challenge-platform/scripts/jsd/main.js'})()</script>",
        "<title>Short</title><main><h1>Short</h1><p>One two three four five six seven.</p></main><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>",
        "<title>Access control</title><main><h1>Access denied errors</h1><p>They come up when a role lacks a grant on the table.</p></main>",
        "<title>Install</title><main><h1>Install</h1><p>Run the installer and read the notes below.</p></main><footer><form><input type=password></form></footer>",
    ],
)  # fmt: skip
def test_pages_about_them_are_pages(html: str) -> None:
    assert reason(html) == ""


def alternatives(pattern: str) -> list[str]:
    """The phrases of a pattern, divided where no bracket is open."""
    found, depth = [""], 0
    for char in pattern:
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            found.append("")
        else:
            found[-1] += char
    return found


@pytest.mark.parametrize(
    ("phrases", "words"),
    [
        (wall_phrases.CAPTCHA, wall_phrases.CAPTCHA_WORDS),
        (wall_phrases.CHALLENGE, wall_phrases.CHALLENGE_WORDS),
        (wall_phrases.CHALLENGE_SAID, wall_phrases.CHALLENGE_SAID_WORDS),
    ],
)
def test_each_phrase_holds_one_of_the_words_that_are_asked_first(
    phrases: re.Pattern[str], words: tuple[str, ...]
) -> None:
    for phrase in alternatives(phrases.pattern):
        assert any(word in phrase.replace("\\", "") for word in words), phrase
