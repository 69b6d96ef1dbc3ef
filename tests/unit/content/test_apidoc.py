"""apiDoc's data as reference documentation, in each spelling in which its pages have it."""

from __future__ import annotations

import json
import re

import pytest

from docspasta.content import read_page
from docspasta.content.apidoc import apidoc_page
from docspasta.js_values import js_value

URL = "https://s.example/api/"
DATA = [
    {
        "type": "get", "url": "/valves/:id", "title": "Read a valve (old)", "name": "GetValve", "group": "Valve",
        "version": "1.2.0",
    },
    {
        "type": "get", "url": "/valves/:id", "title": "Read a valve", "name": "GetValve", "group": "Valve",
        "groupTitle": "Valves", "version": "1.10.0", "description": "<p>One <strong>valve</strong>, it's here.</p>",
        "permission": [{"name": "operator"}],
        "parameter": {"fields": {"Parameter": [
            {"type": "Number", "optional": False, "field": "id", "description": "<p>Its number.</p>"}]}},
        "query": [{"type": "String", "optional": True, "field": "form", "allowedValues": ["\"full\"", "\"short\""],
                   "defaultValue": "full", "description": "<p>How much.</p>"}],
        "success": {"fields": {"Success 200": [
            {"type": "Number", "optional": False, "field": "place", "description": "<p>Where.</p>"}]},
            "examples": [{"title": "Answer:", "content": "{\n  \"place\": 3\n}", "type": "json"}]},
    },
    {"type": "post", "url": "/pumps", "title": "Start a pump", "name": "PostPump", "group": "Pump", "version": "1.0.0"},
]  # fmt: skip
PROJECT = {
    "name": "line", "title": "API of the line", "version": "1.2.0", "order": ["Pump", "Valve"],
    "header": {"title": "Before", "content": "<p>Ask for a token.</p>"},
    "sampleUrl": False, "generator": {"name": "apidoc", "version": "1.2.0"},
}  # fmt: skip
WANTED = """# API of the line

Version 1.2.0

## Before

Ask for a token.

## Pump

### Start a pump

`POST /pumps`

## Valves

### Read a valve

`GET /valves/:id`

One **valve**, it's here.

Permission: `operator`

**Parameters**

| Name | Type | Required | Description |
| --- | --- | --- | --- |
| `id` | Number | yes | Its number. |

**Query**

| Name | Type | Required | Description |
| --- | --- | --- | --- |
| `form` | String | no | How much. One of `full`, `short`. Default: `full`. |

**Success 200**

| Name | Type | Description |
| --- | --- | --- |
| `place` | Number | Where. |

**Answer:**

```json
{
  "place": 3
}
```
"""


def minified(value: object) -> str:
    """As a minifier writes it: names without quotes, `!0`, texts in back quotes where that is shorter."""
    text = re.sub(r'"([a-zA-Z]\w*)":', r"\1:", json.dumps(value, separators=(",", ":")))
    text = text.replace(":true", ":!0").replace(":false", ":!1")
    return text.replace('"{\\n  \\"place\\": 3\\n}"', '`{\n  "place": 3\n}`')


@pytest.mark.parametrize(
    "script",
    [
        f"(()=>{{var x=[{{}}];function Z(){{let e={minified(DATA)};const K={minified(PROJECT)};Jt(K)}}}})()",
        f"function Z(){{let e={json.dumps(DATA)};e=g(e);let t={json.dumps(PROJECT)};}}",
        f"<!doctype html><script>window.a = {json.dumps(DATA)}; var p = {json.dumps(PROJECT)};</script>",
    ],
)
def test_a_script_that_holds_the_data_is_read(script: str) -> None:
    assert apidoc_page(script.encode(), URL).markdown == WANTED


@pytest.mark.parametrize("file", ['define({ "api": %s });', "%s"])
def test_a_file_of_the_operations_alone_has_no_project(file: str) -> None:
    text = apidoc_page((file % json.dumps(DATA, indent=2)).encode(), URL).markdown
    assert text.startswith("# API reference\n\n## Valves\n") and "## Pump" in text


@pytest.mark.parametrize("script", ["", "[{type:'x'}]", "[{type:call(), url:1}]", "let e=[{type:'get',"])
def test_what_holds_no_data_says_so(script: str) -> None:
    assert apidoc_page(script.encode(), URL).reason == "not_html"


SHELL = """<!DOCTYPE html><html><head><title>Loading...</title></head><body>
<script id="template-sidenav" type="text/x-handlebars-template"><nav>{{#each nav}}</nav></script>
<script id="template-article" type="text/x-handlebars-template"><article>{{title}}</article></script>
<div class="container-fluid"><div id="sidenav"></div><div id="sections"></div></div>
<div id="loader"><p>Loading...</p></div>%s</body></html>"""


@pytest.mark.parametrize(
    ("script", "alternates"),
    [
        ('<script src="assets/main.bundle.js?v=17"></script>', ["apidoc " + URL + "assets/main.bundle.js?v=17"]),
        (
            '<script data-main="main.js" src="vendor/require.min.js"></script>',
            ["apidoc " + URL + "api_data.json", "apidoc " + URL + "api_data.js"],
        ),
        (f"<script>import('x'); let e={json.dumps(DATA)};</script>", ["apidoc " + URL]),
    ],
)  # fmt: skip
def test_its_page_names_what_holds_the_data(script: str, alternates: list[str]) -> None:
    page = read_page((SHELL % script).encode(), URL)
    assert page.reason == "needs_javascript"
    assert [each for each in page.alternates if each.startswith("apidoc")] == alternates


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{a:1,'b c':-2.5,\"d\":[],3:void 0,}", {"a": 1, "b c": -2.5, "d": [], "3": None}),
        (r"""['it\'s',"\u00e9\x41\u{1F600}",`a$b\`c`,!0,!1,null,0x1f,1e3]""",
         ["it's", "éA😀", "a$b`c", True, False, None, 31, 1000.0]),
        ("{ /* a */ a: // b\n 1 }", {"a": 1}),
    ],
)  # fmt: skip
def test_values_as_minifiers_write_them(text: str, value: object) -> None:
    assert js_value(f"x={text};", 2) == (value, len(text) + 2)


@pytest.mark.parametrize(
    "text", ["", "{a}", "[1", "'a", "`a${b}`", "f()", "{a:b}", "[" * 100, "'\\u12'", "{a:1 b:2}"]
)
def test_what_is_no_value_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        js_value(text)
