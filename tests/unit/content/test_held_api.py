"""Pages that hold the description of an API themselves, and names of its file in every way that readers take it."""

from __future__ import annotations

import html
import json

import pytest

from docspasta.api_files import held_file, named_files
from docspasta.content import Page, read_page
from docspasta.js_literal import read_literal

URL = "https://site.example/docs/"
API = {
    "openapi": "3.1.0",
    "info": {"title": "Valve API", "version": "2"},
    "paths": {"/valves": {"get": {"summary": "List valves", "responses": {"200": {"description": "All"}}}}},
}
JSON = json.dumps(API)
YAML = "openapi: 3.1.0\ninfo:\n  title: Valve API\n  version: '2'\npaths:\n  /valves:\n    get:\n      summary: List valves\n"
LITERAL = """{
  openapi: '3.1.0', // of the year
  info: {title: "Valve API", version: '2', description: 'It\\'s `small`'},
  paths: {'/valves': {get: {summary: "List valves", deprecated: !1, responses: {200: {description: `All`}},},},},
}"""
SCRIPT = '<script src="reader.js"></script>'


def page(body: str, head: str = SCRIPT) -> Page:
    text = f"<!DOCTYPE html><html><head><title>API</title>{head}</head><body>{body}</body></html>"
    return read_page(text.encode(), URL)


@pytest.mark.parametrize(
    "body",
    [
        f"<elements-api apiDescriptionDocument='{html.escape(JSON)}' router=hash></elements-api>",
        f'<elements-api apiDescriptionDocument="{html.escape(YAML)}"></elements-api>',
        f"<asyncapi-component schema='{html.escape(JSON)}'></asyncapi-component>",
        f'<script id="api-reference" type="application/json">{JSON}</script>',
        f'<script id="api-reference" type="text/yaml">\n{YAML}</script>',
        f"""<script id="api-reference" data-configuration='{json.dumps({"spec": {"content": API}})}'></script>""",
        f"<script id=r type=application/json data-configuration='{json.dumps({'content': JSON})}'></script>",
        f'<div id="swagger-ui"></div><script>SwaggerUIBundle({{spec: {JSON}, dom_id: "#swagger-ui"}})</script>',
        f'<div id="redoc"></div><script>Redoc.init({LITERAL}, {{}}, document.body)</script>',
        f"<rapi-doc id=r></rapi-doc><script>document.getElementById('r').loadSpec({LITERAL})</script>",
        f"<elements-api id=d></elements-api><script>d.apiDescriptionDocument = `\n{YAML}`;</script>",
        f'<div id="app"></div><script>Scalar.createApiReference("#app", {{content: {LITERAL}}})</script>',
    ],
)
def test_a_description_in_the_page_is_read(body: str) -> None:
    found = page(body)
    assert (found.reason, found.url) == ("", URL), found
    assert found.markdown.startswith("# Valve API\n") and "### List valves" in found.markdown
    assert found.detail == "read from the API description that its script draws"


@pytest.mark.parametrize(
    "body",
    [
        '<rapi-doc spec-url="../api/openapi.yaml"></rapi-doc>',
        '<rapi-doc spec-url="../api/openapi.yaml"><div slot="overview"><p>An API of valves, for all who open and close '
        "them over HTTP, and for nobody else who does not.</p></div></rapi-doc>",
        '<openapi-explorer spec-url="../api/openapi.yaml"></openapi-explorer>',
        '<elements-api apidescriptionurl="../api/openapi.yaml" router="hash"></elements-api>',
        '<asyncapi-component schemaUrl="../api/openapi.yaml"></asyncapi-component>',
        "<rapi-doc id=d></rapi-doc><script>d.setAttribute('spec-url', '../api/openapi.yaml')</script>",
        "<rapi-doc id=d></rapi-doc><script>d.loadSpec('../api/openapi.yaml')</script>",
        "<elements-api id=d></elements-api><script>(async () => { const text = await fetch('../api/openapi.yaml')"
        ".then(r => r.text()); d.apiDescriptionDocument = text })()</script>",
        "<asyncapi-component></asyncapi-component><script>const e = document.querySelector('asyncapi-component');"
        "e.schema = {url: '../api/openapi.yaml', requestOptions: {}}</script>",
        '<div id="a"></div><script>Scalar.createApiReference("#a", {sources: [{title: "A", url: "../api/openapi.yaml"}]})'
        "</script>",
        "<div id=asyncapi></div><script>AsyncApiStandalone.render({schema: {url: '../api/openapi.yaml'}}, x)</script>",
    ],
)
def test_the_file_that_a_reader_is_given_is_found(body: str) -> None:
    found = page(body)
    assert found.reason == "needs_javascript", found
    assert found.alternates[0] == "openapi https://site.example/api/openapi.yaml", found.alternates


def test_what_has_to_be_computed_is_no_description() -> None:
    for text in (
        "{openapi: version, info: {}}",
        "{openapi: '3.0.0', ...rest}",
        "{openapi: `${v}`}",
        "{openapi: '3",
    ):
        assert held_file(text) is None
        with pytest.raises(ValueError):
            read_literal(text)
    assert read_literal(
        "x = {a: [1, .5, -2e3,], 'b': null, c: !0, $d: undefined, 7: '\\u0041\\x42\\n'} + 1", 4
    ) == {
        "a": [1, 0.5, -2000.0],
        "b": None,
        "c": True,
        "$d": None,
        "7": "AB\n",
    }


def test_files_that_no_reader_is_given_are_none() -> None:
    assert named_files("fetch('package.json')", URL) == []
    assert (
        page("<div id=app></div><script>fetch('data.json')</script>").alternates[0].startswith("negotiated")
    )
    words = (
        "<p>Put spec-url into rapi-doc, and it draws the API that stands there, with all of its schemas.</p>"
        * 9
    )
    assert page(f"<main><h1>RapiDoc</h1>{words}<rapi-doc spec-url='a.json'></rapi-doc></main>").reason == ""
