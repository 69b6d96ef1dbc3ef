"""What stands behind pages that say nothing without a browser, and what those files are as pages."""

from __future__ import annotations

import json

import pytest

from docspasta.alternates import Alternate, Kind, described_by, guesses, is_of, linked, read_alternates
from docspasta.content import Options, Page, read_page
from docspasta.content.alternate import with_alternate

from .shells import SHELLS, SHORT_PAGES

URL = "https://site.example/docs/"


def shell(head: str = "", body: str = '<div id="app"></div>', url: str = URL) -> Page:
    html = f"<!DOCTYPE html><html><head><title>Docs</title>{head}</head><body>{body}</body></html>"
    page = read_page(html.encode(), url)
    assert page.reason == "needs_javascript"
    return page


def read(body: object, kind: Kind, url: str = "https://site.example/docs/file") -> Page:
    raw = (
        body
        if isinstance(body, bytes)
        else body.encode()
        if isinstance(body, str)
        else json.dumps(body).encode()
    )
    return read_page(raw, url, options=Options(alternate=kind))


def test_a_twin_that_the_page_names_comes_first() -> None:
    page = shell('<link rel=alternate type=text/markdown href=/docs/index.md><script src="a.js"></script>')
    assert page.alternates[:2] == (
        "markdown https://site.example/docs/index.md",
        "negotiated https://site.example/docs/",
    )


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("https://s.example/a", ["a.md", "a.html.md"]),
        ("https://s.example/a.html?x=1", ["a.html.md", "a.md"]),
        ("https://s.example/g/a/", ["g/a/index.html.md", "g/a/index.md", "g/a.md"]),
        ("https://s.example/", ["index.html.md", "index.md"]),
    ],
)
def test_where_twins_are_looked_for(url: str, names: list[str]) -> None:
    found = guesses(url)
    assert found[0] == Alternate(Kind.NEGOTIATED, url)
    assert [each.url for each in found[1:]] == [f"https://s.example/{name}" for name in names]


@pytest.mark.parametrize(
    ("head", "body", "alternate"),
    [
        ('<script>window.$docsify = {name: "x", loadSidebar: true}</script>', "<div id=app></div>",
         "text https://site.example/docs/README.md"),
        ('<script>window.$docsify = {homepage: "start.md", basePath: "/en/"}</script>', "<div id=app></div>",
         "text https://site.example/en/start.md"),
        ('<script src="r.js"></script>', '<redoc spec-url="openapi.yaml"></redoc>',
         "openapi https://site.example/docs/openapi.yaml"),
        ('<script src="e.js"></script>', '<elements-api apiDescriptionUrl="/openapi.json" router="hash" />',
         "openapi https://site.example/openapi.json"),
        ("", '<script id="api-reference" data-url="/spec.json"></script><script src="s.js"></script>',
         "openapi https://site.example/spec.json"),
        ("", '<div id="swagger-ui"></div><script>SwaggerUIBundle({url: "/v3/api-docs", dom_id: "#s"})</script>'
         '<script src="b.js"></script>', "openapi https://site.example/v3/api-docs"),
        ("", '<div id="swagger-ui"></div><script src="./swagger-initializer.js"></script>',
         "script https://site.example/docs/swagger-initializer.js"),
        ("", '<div id="swagger-ui"></div><script src="./swagger-ui-bundle.js"></script><script src="./index.js"></script>',
         "script https://site.example/docs/index.js"),
        ("", '<div id="redoc"></div><script>Redoc.init("spec.json", {}, x)</script><script src="r.js"></script>',
         "openapi https://site.example/docs/spec.json"),
    ],
)  # fmt: skip
def test_what_a_generator_draws_is_found(head: str, body: str, alternate: str) -> None:
    assert shell(head, body).alternates[0] == alternate


def test_the_menu_of_docsify_is_a_link_and_docc_keeps_its_data_beside() -> None:
    page = shell('<script>window.$docsify = {loadSidebar: true}</script><script src="d.js"></script>')
    assert [link.url for link in page.links] == ["https://site.example/docs/_sidebar.md"]
    where = "https://site.example/lib/documentation/Valve/Open"
    assert page.generator == "Docsify"
    page = shell('<script>var baseUrl = "/lib/"</script><script src="a.js"></script>', url=where)
    assert page.alternates[0] == "docc https://site.example/lib/data/documentation/valve/open.json"


def test_a_route_has_no_files_but_those_that_docsify_draws() -> None:
    url = f"{URL}#/guide/use?id=start"
    assert shell('<script src="a.js"></script>', url=url).alternates == ()
    found = shell(
        '<script>window.$docsify = {basePath: "/en/"}</script><script src="d.js"></script>', url=url
    )
    assert found.alternates == ("text https://site.example/en/guide/use.md",)


def test_a_page_of_words_has_no_alternates() -> None:
    html = (
        "<title>A</title><script src=a.js></script><main><h1>A</h1><p>Some words of a real page.</p></main>"
    )
    assert read_page(html.encode(), URL).alternates == ()


def test_the_type_decides_what_an_alternate_is() -> None:
    assert is_of(Kind.MARKDOWN, "text/markdown", b"# A") and not is_of(Kind.MARKDOWN, "text/html", b"# A")
    assert not is_of(Kind.MARKDOWN, "text/markdown", b"<!DOCTYPE html>") and is_of(
        Kind.TEXT, "text/plain", b"# A"
    )
    assert not is_of(Kind.OPENAPI, "application/json", b"<html>") and is_of(
        Kind.OPENAPI, "", b"openapi: 3.1.0"
    )


def test_a_link_header_names_a_twin() -> None:
    header = '</x.css>; rel=preload, </docs/a.md>; rel="alternate"; type="text/markdown"; title="Markdown"'
    assert linked(header, URL) == Alternate(Kind.MARKDOWN, "https://site.example/docs/a.md")
    assert linked("</llms.txt>; rel=describedby; type=text/markdown", URL) is None
    assert linked("<" * 9_000, URL) is None
    assert read_alternates(("markdown /a", "nonsense", "text https://s.example/a")) == (
        Alternate(Kind.TEXT, "https://s.example/a"),
    )


def test_a_link_header_names_an_llms_txt() -> None:
    header = '</style.css>; rel=preload, <../llms.txt>; rel="describedby help"; title="a, b", </x>; rel=describedby'
    assert described_by(header, URL) == "https://site.example/llms.txt"
    assert described_by("</llms.txt>; rel=index", URL) == described_by("</docs>; rel=describedby", URL) == ""


def test_markdown_that_holds_less_than_its_page_is_not_taken() -> None:
    words = "<p>It opens when the spring is warm, and it is closed by hand in the autumn of each year.</p>"
    html = f"<title>V</title><main><h1>Valve</h1>{words}<h2>Open</h2>{words}<h2>Close</h2>{words}</main>"
    page, kind = read_page(html.encode(), URL), Alternate(Kind.MARKDOWN, f"{URL}index.md")
    text = "It opens when the spring is warm, and it is closed by hand in the autumn of each year."
    whole = f"# Valve\n\n{text}\n\n## Open\n\n{text}\n\n## Close {{#close}}\n\n{text}\n\n## More\n\n{text}\n"
    for less in ("# Valve\n\nPage not found.\n", f"# Index\n\n{text * 4}\n", whole[:120]):
        both = with_alternate(page, read(less, Kind.MARKDOWN), kind)
        assert (both.markdown, both.url) == (page.markdown, URL) and "holds less" in both.detail
    assert with_alternate(page, read(whole, Kind.MARKDOWN), kind).markdown.endswith(f"## More\n\n{text}\n")


def test_a_page_with_its_alternate_keeps_its_address_and_links() -> None:
    html = '<html lang=de><head><title>Docs</title><meta name=robots content=noindex></head><body><div id="app"></div>'
    page = read_page(f"{html}<script src=a.js></script><a href=/docs/b>B</a></body>".encode(), URL)
    twin = read("# Valve\n\nIt opens, see [c](c).\n", Kind.MARKDOWN, "https://site.example/docs/index.md")
    both = with_alternate(page, twin, Alternate(Kind.MARKDOWN, twin.url))
    assert (both.url, both.reason, both.title, both.language, both.noindex) == (URL, "", "Valve", "de", True)
    assert [link.url for link in both.links] == ["https://site.example/docs/b", "https://site.example/docs/c"]
    assert both.markdown.startswith("# Valve\n\nIt opens") and "index.md" in both.detail
    assert with_alternate(page, read("", Kind.MARKDOWN), Alternate(Kind.MARKDOWN, twin.url)) is page


PETS = """
openapi: 3.1.0
info: {title: Pets, version: "1.2", description: "Keep <b>pets</b>."}
servers: [{url: "https://api.example/v1", description: Live}]
tags: [{name: pets, description: All pets.}]
paths:
  /pets/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string, format: uuid}}]
    get:
      tags: [pets]
      summary: Find a pet
      parameters: [{$ref: "#/components/parameters/Full"}]
      responses:
        "200":
          description: The pet
          content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}, example: {id: 7, name: Rex}}}
        "404": {description: "None | gone"}
    delete: {operationId: dropPet, deprecated: true, responses: {"204": {description: Gone}}}
components:
  parameters:
    Full: {name: full, in: query, description: With its owner., schema: {type: boolean, default: false}}
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Pet:
      type: object
      required: [id]
      properties:
        id: {type: integer, description: Its number.}
        kind: {type: string, enum: [cat, dog]}
        owner: {type: object, properties: {name: {type: string, maxLength: 5}}}
        friends: {type: array, items: {$ref: "#/components/schemas/Pet"}}
"""


def test_an_api_description_is_a_reference() -> None:
    page = read(PETS, Kind.OPENAPI)
    text = page.markdown
    assert page.title == "Pets" and "Keep **pets**." in text
    assert [(h.level, h.text) for h in page.headings] == [
        (1, "Pets"), (2, "Authentication"), (2, "pets"), (3, "Find a pet"), (2, "Operations"), (3, "dropPet"),
        (2, "Schemas"), (3, "Pet"),
    ]  # fmt: skip
    assert "`GET /pets/{id}`" in text and "| `id` | path | string (uuid) | yes |  |" in text
    assert "| `full` | query | boolean | no | With its owner. Default: `false`. |" in text
    assert "| 200 | The pet | Pet |" in text and "| 404 | None \\| gone |  |" in text
    assert '```json\n{\n  "id": 7,\n  "name": "Rex"\n}\n```' in text
    assert "| `owner.name` | string | no | maxLength: `5`. |" in text
    assert "| `friends` | array of Pet | no |  |" in text and "One of `cat`, `dog`." in text
    assert "> [!WARNING]\n> Deprecated." in text and "- **key** (apiKey, in header: X-Key)" in text


def test_a_description_that_a_script_holds_is_read() -> None:
    held = json.dumps(
        {"openapi": "3.0.0", "info": {"title": "Held"}, "paths": {"/a": {"get": {"summary": "Ask"}}}}
    )
    script = f'window.onload = function() {{ let options = {{\n "swaggerDoc": {held},\n "x": {{}} }}; ui(options) }}'
    page = read(script, Kind.OPENAPI)
    assert page.title == "Held" and "### Ask" in page.markdown
    assert read('let options = { "swaggerDoc": {"openapi": ', Kind.OPENAPI).reason == "not_html"


def test_swagger_2_and_asyncapi_are_read_too() -> None:
    swagger = {
        "swagger": "2.0", "info": {"title": "Old"}, "host": "api.example", "basePath": "/v2", "schemes": ["http"],
        "paths": {"/a": {"post": {"summary": "Make", "parameters": [
            {"in": "body", "name": "a", "schema": {"type": "object", "properties": {"b": {"type": "string"}}}}],
            "responses": {"200": {"description": "Made", "schema": {"$ref": "#/definitions/A"}}}}}},
        "definitions": {"A": {"type": "object", "properties": {"c": {"$ref": "#/definitions/A"}}}},
    }  # fmt: skip
    text = read(swagger, Kind.OPENAPI).markdown
    assert (
        "`http://api.example/v2`" in text
        and "| `b` | string | no |  |" in text
        and "| `c` | A | no |  |" in text
    )
    events = {
        "asyncapi": "3.0.0", "info": {"title": "Events"}, "operations": {"hear": {"action": "receive",
            "channel": {"$ref": "#/channels/open"}}},
        "channels": {"open": {"address": "valve/open", "messages": {"m": {"name": "opened",
            "payload": {"type": "object", "properties": {"at": {"type": "string"}}}}}}},
    }  # fmt: skip
    text = read(events, Kind.OPENAPI).markdown
    assert "### valve/open" in text and "Message `opened`" in text and "| `at` | string | no |  |" in text


@pytest.mark.parametrize(
    "body", ["{}", "[]", "null", "a: [", "<html>", "openapi: 3\npaths: [1]\ninfo: x", '{"openapi": 3, "paths": {"/a": 1}}',
             "openapi: 3\ninfo: &a {title: x, b: *a}\ncomponents: {schemas: {A: &s {properties: {x: *s}}}}",
             '{"openapi":"3","components":{"schemas":{"A":{"$ref":"#/components/schemas/A"}}}}'],
)  # fmt: skip
def test_no_description_makes_it_fail(body: str) -> None:
    assert "fault" not in read(body, Kind.OPENAPI).detail


DOCC = {
    "metadata": {"title": "View", "roleHeading": "Protocol", "role": "symbol",
                 "platforms": [{"name": "iOS", "introducedAt": "13.0"}, {"name": "macOS"}]},
    "abstract": [{"type": "text", "text": "A view "}, {"type": "codeVoice", "code": "V"}],
    "references": {"doc://x/text": {"title": "Text", "url": "/documentation/swiftui/text", "kind": "symbol",
                                    "abstract": [{"type": "text", "text": "Shows text."}]}},
    "primaryContentSections": [
        {"kind": "declarations", "declarations": [{"tokens": [{"text": "protocol "}, {"text": "View"}],
                                                   "languages": ["swift"]}]},
        {"kind": "parameters", "parameters": [{"name": "a", "content": [
            {"type": "paragraph", "inlineContent": [{"type": "text", "text": "It."}]}]}]},
        {"kind": "content", "content": [
            {"type": "heading", "level": 2, "text": "Overview"},
            {"type": "paragraph", "inlineContent": [{"type": "text", "text": "See "},
                {"type": "reference", "identifier": "doc://x/text"}]},
            {"type": "codeListing", "syntax": "swift", "code": ["let a = 1", "print(a)"]},
            {"type": "aside", "style": "Important", "content": [
                {"type": "paragraph", "inlineContent": [{"type": "text", "text": "Note this."}]}]},
            {"type": "unorderedList", "items": [{"content": [
                {"type": "paragraph", "inlineContent": [{"type": "text", "text": "One"}]}]}]},
            {"type": "table", "header": "row", "rows": [
                {"cells": [{"content": [{"type": "paragraph", "inlineContent": [{"type": "text", "text": "K|"}]}]}]},
                [[{"type": "paragraph", "inlineContent": [{"type": "text", "text": "v"}]}]]]}]}],
    "topicSections": [{"title": "Texts", "identifiers": ["doc://x/text", "doc://x/none", 3]}],
}  # fmt: skip


def test_docc_json_is_a_page() -> None:
    page = read(DOCC, Kind.DOCC, "https://site.example/data/documentation/swiftui/view.json")
    link = "[`Text`](https://site.example/documentation/swiftui/text)"
    assert page.markdown == (
        "# View\n\n*Protocol*\n\nA view `V`\n\nAvailable on: iOS 13.0+\n\n```swift\nprotocol View\n```\n\n"
        "## Parameters\n\n- `a`: It.\n\n## Overview\n\n"
        f"See {link}\n\n```swift\nlet a = 1\nprint(a)\n```\n\n> [!IMPORTANT]\n> Note this.\n\n- One\n\n"
        f"| K\\| |\n| --- |\n| v |\n\n## Topics\n\n### Texts\n\n- {link}: Shows text.\n"
    )
    assert [link.url for link in page.links] == ["https://site.example/documentation/swiftui/text"]
    assert read("[]", Kind.DOCC).reason == read({"metadata": 1}, Kind.DOCC).reason == "not_html"


def test_the_menu_of_a_docsify_site_names_its_files() -> None:
    text = "- [Home](/)\n- [Guide](guide)\n  - [Use](/use.md)\n- [中文](#/zh/ 'x')\n- [S](/#/a/b?id=c)\n- [O](https://o.example/)\n"
    page = read_page(text.encode(), "https://site.example/docs/_sidebar.md")
    base = "https://site.example/docs/"
    files = [
        base,
        f"{base}guide.md",
        f"{base}use.md",
        f"{base}zh/README.md",
        f"{base}a/b.md",
        "https://o.example/",
    ]
    assert list(page.navigation) == files and not page.title and not page.headings


def test_links_of_docsify_files_are_joined_to_the_root_of_the_site() -> None:
    root = "https://site.example/docs/"
    page = shell('<script>window.$docsify = {name: ""}</script><script src="d.js"></script>')
    assert page.docsify == root
    relative = shell('<script>window.$docsify = {relativePath: true}</script><script src="d.js"></script>')
    assert relative.docsify == ""
    text = (
        "# A\n\n[a](guide/use.md#x) [b](/api) [c](?id=y) [d](#z) [e](/guide/?id=w) [f](https://o.example/)"
        " [g](#/zh/a?id=v) ![h](h.png) [i](/)\n"
    )
    read = read_page(text.encode(), f"{root}guide/a.md", options=Options(docsify=root))
    assert read.markdown == (
        f"# A\n\n[a]({root}guide/use.md#x) [b]({root}api.md) [c]({root}guide/a.md#y) [d]({root}guide/a.md#z)"
        f" [e]({root}guide/README.md#w) [f](https://o.example/) [g]({root}zh/a.md#v) ![h]({root}guide/h.png)"
        f" [i]({root})\n"
    )
    menu = read_page(b"- [A](guide/a)", f"{root}guide/_sidebar.md", options=Options(docsify=root))
    assert list(menu.navigation) == [f"{root}guide/a.md"]


def test_callouts_of_docsify_are_boxes_and_its_code_is_code() -> None:
    text = "# A\n\n!> **Close** it.\n\n```\n!> no\n```\n\n?> A tip.\n"
    read = read_page(text.encode(), f"{URL}a.md", options=Options(docsify=URL)).markdown
    assert read == "# A\n\n> [!IMPORTANT]\n> **Close** it.\n\n```\n!> no\n```\n\n> [!TIP]\n> A tip.\n"


@pytest.mark.parametrize("name", SHELLS)
def test_a_shell_is_told(name: str) -> None:
    found = read_page(SHELLS[name].encode(), URL)
    assert (found.reason, found.markdown) == ("needs_javascript", "") and found.alternates


@pytest.mark.parametrize("name", SHORT_PAGES)
def test_a_short_page_is_no_shell(name: str) -> None:
    found = read_page(SHORT_PAGES[name].encode(), URL)
    assert found.reason in ("", "empty", "not_found")


def test_so_many_shells_and_short_pages_are_told_apart() -> None:
    assert len(SHELLS) >= 40 and len(SHORT_PAGES) >= 40


@pytest.mark.parametrize(
    "text",
    [
        "Loading plugins at run time is slow. The registry keeps what was loaded, so that it is loaded once.",
        "JavaScript is required to build the site; the site itself works without it, in every browser.",
        "Use {{ name }} where the name of the page belongs, and {{ date }} where its date belongs.",
        "Please wait until the server has answered before you press the button for a second time.",
    ],
)
def test_words_of_a_notice_in_a_text_are_text(text: str) -> None:
    html = f"<title>A</title><script type=module src=/assets/app.js></script><main><h1>About</h1><p>{text}</p></main>"
    assert read_page(html.encode(), URL).reason == ""
