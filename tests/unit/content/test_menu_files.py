"""A menu that only a file holds: the page says where the file is, its links lead there."""

from __future__ import annotations

import pytest

from docspasta.content import read_page

HOME = "https://docs.example.org/"


@pytest.mark.parametrize(
    ("head", "file"),
    [
        ('<meta name="docfx:tocrel" content="toc.html">', "guide/toc.html"),
        ('<meta name="docfx:navrel" content="../toc.html">', "toc.html"),
        ('<script src="../scripts/navigation-loader.js" async></script>', "navigation.html"),
        ('<script src="../toc.js"></script>', "toc.js"),
        ('<script src="../toc-8d5ad18a.js" defer></script>', "toc-8d5ad18a.js"),
        ('<script src="../js/menu-wc.js" defer></script>', "js/menu-wc.js"),
        ('<script src="../resources/js/config.js?v=3.1.0" defer></script>', "resources/js/config.js?v=3.1.0"),
        ('<noscript><iframe src="../toc.html"></iframe></noscript>', "toc.html"),
    ],
)
def test_a_menu_in_a_file_is_a_link(head: str, file: str) -> None:
    html = f"<html><head><title>One</title>{head}</head><body><main><p>Text.</p></main></body></html>"
    page = read_page(html.encode(), HOME + "guide/one.html")
    assert HOME + file in [link.url for link in page.links]


def test_a_file_that_is_not_named_is_no_link() -> None:
    html = b'<head><meta name="docfx:navrel" content=""><script src="scripts/main.js"></script></head><p>Text.</p>'
    assert read_page(html, HOME).links == ()


@pytest.mark.parametrize(
    ("file", "script"),
    [
        (
            "toc.js",
            """this.innerHTML = '<ol><li><a href="a.html">A</a><li><a href="b\\x2fc.html">C</a></ol>';""",
        ),
        ("toc-0a1b2c3d.js", r'x.innerHTML = "<a href=\"a.html\">A</a>\n<a href=\u0022b/c.html\u0022>C</a>";'),
        (
            "js/menu-wc.js",
            "lit.html(`<a href='a.html'>A</a>${ normal ? `` : '' }<a class='${x}' href='b/c.html'>`)",
        ),
    ],
)
def test_a_menu_in_a_script_is_read_in_its_order(file: str, script: str) -> None:
    page = read_page(script.encode(), HOME + file)
    assert [link.url for link in page.links] == [HOME + "a.html", HOME + "b/c.html"]
    assert not page.title and not page.headings and not page.markdown


LISTED = "".join(f'<li><a href="{name}.html"{{}}>{name.title()}</a>' for name in ("use", "start", "install"))


@pytest.mark.parametrize(
    ("head", "target", "is_menu"),
    [
        ('<base target="mainFrame">', "", True),
        ("", ' target="main"', True),
        ("", "", False),
        ("", ' target="_blank"', False),
        ("", ' target="blank"', False),
        ('<base target="_top">', "", False),
        ('<base target="mainFrame">', ' target="_top"', False),
    ],
)
def test_links_that_open_in_another_frame_are_a_menu(head: str, target: str, is_menu: bool) -> None:
    menu = f"<title>Valve</title>{head}<body><h2>Contents</h2><ul>{LISTED.format(*[target] * 3)}</ul>"
    assert read_page(menu.encode(), HOME + "tasks.html").is_menu is is_menu


def test_a_page_with_text_in_a_frame_is_no_menu() -> None:
    text = f"<p>{'The valve opens before the pressure rises. ' * 9}</p>"
    page = f'<title>Valve</title><base target="main"><h2>Use</h2>{text}<ul>{LISTED.format("", "", "")}</ul>'
    assert not read_page(page.encode(), HOME + "use.html").is_menu


def test_a_menu_may_lead_to_the_parts_of_one_page() -> None:
    parts = "".join(f'<li><a href="install.html#{part}">Part {part}</a>' for part in ("a", "b", "c"))
    page = f'<title>Valve</title><base target="main"><h3>Install</h3><ul>{parts}</ul>'
    assert read_page(page.encode(), HOME + "installlist.html").is_menu


def test_the_menu_in_retypes_settings_is_read_without_its_folders() -> None:
    menu = '[{"n":"/","l":"Home"},{"n":"use","c":false,"i":[{"n":"start"},{"n":"api","i":[{"n":"x"}]}]},{"n":7},{"n":"build","i":{}}]'
    script = 'var __DOCS_CONFIG__ = {"base":"/","sidebar":' + menu + ',"search":{}};'
    page = read_page(script.encode(), HOME + "docs/resources/js/config.js?v=3.1.0")
    urls = [link.url.removeprefix(HOME + "docs/") for link in page.links]
    assert urls == ["", "use/start/", "use/api/", "use/api/x/", "build/"]
    for broken in ('"sidebar":[{"n"', '"sidebar":' + "[" * 5000, "var x = 1"):
        assert read_page(broken.encode(), HOME + "resources/js/config.js").links == ()
