"""Markdown that sites hand out: components become what they mean, what is said to agents alone goes."""

from __future__ import annotations

import random
import time

import pytest

from docspasta.content import read_page
from docspasta.content.mdx import plain_markdown
from docspasta.content.preambles import without_preambles

URL = "https://site.example/docs/valve.md"


def read(text: str) -> str:
    return read_page(text.encode(), URL).markdown


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("<Note>\n  Close it.\n</Note>\n", "> [!NOTE]\n> Close it."),
        ("<Warning>Close it.</Warning>\n", "> [!WARNING]\n> Close it."),
        ('<Callout intent="danger" title="Hot">\nClose.\n</Callout>', "> [!CAUTION]\n> **Hot**\n>\n> Close."),
        ('{% hint style="info" %}\nClose it.\n{% endhint %}', "> [!NOTE]\n> Close it."),
        (":::warning[Hot]\nClose it.\n:::", "> [!WARNING]\n> **Hot**\n>\n> Close it."),
        ('<Tabs>\n  <Tab title="npm">\n    Use npm.\n  </Tab>\n</Tabs>', "**npm**\n\nUse npm."),
        ('{% tabs %}\n{% tab title="npm" %}\nUse npm.\n{% endtab %}\n{% endtabs %}', "**npm**\n\nUse npm."),
        ('<TabItem value="js" label="JavaScript">\nUse.\n</TabItem>', "**JavaScript**\n\nUse."),
        ('<Card title="Pipe" icon="x" href="/pipe">\n  Lay a pipe.\n</Card>', "- [Pipe](/pipe): Lay a pipe."),
        ('<Card\n  title="Pipe"\n  href="/pipe"\n/>', "- [Pipe](/pipe)"),
        ('<Steps>\n<Step title="Open">A.</Step>\n<Step title="Shut">B.</Step>\n</Steps>',
         "**1. Open**\n\nA.\n\n**2. Shut**\n\nB."),
        ('<ParamField path="id" type="string" required>\n  Its id.\n</ParamField>',
         "**`id`** (string, required)\n\nIts id."),
        ('<ResponseField name="size" type="integer" default={3}>Size.</ResponseField>',
         "**`size`** (integer, default: 3)\n\nSize."),
        ('A <Tooltip tip="a ring">gasket</Tooltip> seals.', "A gasket (a ring) seals."),
        ('See <Link href="/a">this <Icon icon="x" /> page</Link>.', "See [this page](/a)."),
        ('<Frame caption="It">\n  <Image src="/a.png" alt="A" />\n</Frame>', "**It**\n\n![A](/a.png)"),
        ("A {/* nobody sees it */}b <!-- nor it -->c.", "A b c."),
        ('<p align="center">\n  <a href="/a"><img src="/a.png" alt="A" width=200></a>\n</p>', "[![A](/a.png)](/a)"),
        ("<details>\n<summary>More</summary>\n\nText.\n\n</details>", "**More**\n\nText."),
        ('<figure><img src="/a.png" alt=""><figcaption><p>A valve</p></figcaption></figure>',
         "![](/a.png)\n\nA valve"),
        ("<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>1 | 2</td><td><code>x</code></td></tr>"
         "</tbody></table>", "| A | B |\n| --- | --- |\n| 1 \\| 2 | `x` |"),
        ("A <b>bold</b><br/>word, H<sub>2</sub>O and <code>x</code>.", "A **bold** word, H2O and `x`."),
        ("<ul>\n  <li>One</li>\n  <li>Two</li>\n</ul>", "- One\n- Two"),
        ('<div className="tabs" style={{color: "red"}}>\n\n## Head\n\n</div>', "## Head"),
        ('<h2 id="x">Head <em>one</em></h2>', "## Head *one*"),
        ("| a | b |\n| - | - |\n| 1<br>2 | <kbd>k</kbd> |", "| a | b |\n| - | - |\n| 1 2 | k |"),
        ('<video src="/a.mp4" controls></video><iframe src="/b" />Text.', "Text."),
        ("1 <b and a<b or `<p>` and \\<p>", "1 <b and a<b or `<p>` and \\<p>"),
        ('{% openapi-operation spec="x" path="/a" method="get" %}\n[The API](/a.json)\n{% endopenapi-operation %}',
         "[The API](/a.json)"),
        ("{% stepper %}\n{% step %}\n### First\n\nA.\n{% endstep %}\n{% endstepper %}", "### First\n\nA."),
        ("<details open>\n<summary><b>More</b></summary>\nText.\n</details>", "**More**\n\nText."),
        ('<Accordion title="JSON" defaultOpen>\n\n```json\n{"a": 1}\n```\n\n  </Accordion>',
         '**JSON**\n\n```json\n{"a": 1}\n```'),
        ("<ParamField path=\"--from <path>\" type=\"'a' | 'b'\" required={true}>\n  Set it.\n</ParamField>",
         "**`--from <path>`** ('a' | 'b', required)\n\nSet it."),
        ('See{" "}<Link href="/a">it</Link>{\' \'}now.', "See [it](/a) now."),
        ('{% code overflow="wrap" %}\n```py\nimport a\n```\n{% endcode %}', "```py\nimport a\n```"),
        ("Use `<Note>` and Vec<T> and <API_KEY> here.", "Use `<Note>` and Vec<T> and <API_KEY> here."),
        ("{% raw %} stays", "{% raw %} stays"),
    ],
)  # fmt: skip
def test_a_component_is_what_it_means(written: str, meant: str) -> None:
    assert plain_markdown(written).strip() == meant


def test_code_in_components_is_kept_as_it_is_and_moves_to_the_left() -> None:
    text = "<CodeGroup>\n  ```js a.js\n  <Note>{% hint %}\n    x\n  ```\n\n  ```py\n  import x\n  ```\n</CodeGroup>\n"
    assert plain_markdown(text).strip() == "```js a.js\n<Note>{% hint %}\n  x\n```\n\n```py\nimport x\n```"


def test_what_a_page_imports_and_defines_goes() -> None:
    text = (
        "import { A } from '/a.mdx'\n\nexport const T = () => {\n\n  const b = '<Note>'\n\n  return <div>{b}</div>\n}\n\n"
        "# Valve\n\nText.\n\n<T />\n\nimport duties are high.\n"
    )
    assert read(text) == "# Valve\n\nText.\n\nimport duties are high.\n"


def test_a_box_around_code_and_a_list() -> None:
    text = "<Tip>\n  Do:\n\n  * one\n\n  ```sh\n  <b> [no](x)\n  ```\n</Tip>\n\nAfter <b>.\n"
    assert read(text) == "> [!TIP]\n> Do:\n>\n> * one\n>\n> ```sh\n> <b> [no](x)\n> ```\n\nAfter &lt;b>.\n"


def test_a_fence_that_a_quote_opens_ends_with_it() -> None:
    assert read("# A\n\n> ```\n> <x>\n\n<script>\n").endswith("> <x>\n\n&lt;script>\n")


@pytest.mark.parametrize(
    "said",
    [
        "> ## Documentation Index\n> Fetch the complete documentation index at: https://s.example/llms.txt\n> Use"
        " this file to discover all available pages before exploring further.\n",
        "> For the complete documentation index, see [llms.txt](/llms.txt). Markdown versions of documentation pages"
        " are available by appending `.md` to page URLs; this page is available as [Markdown](/a.md).\n",
        "For a clean Markdown version of this page, append .md to the page URL. See also /llms.txt.\n",
    ],
)
def test_what_is_said_to_agents_alone_goes(said: str) -> None:
    assert without_preambles(f"{said}\n# Valve\n\nText.\n") == "# Valve\n\nText.\n"
    assert without_preambles(f"# Valve\n\n{said}\nText.\n") == "# Valve\n\nText.\n"


def test_what_stands_behind_the_text_for_agents_goes() -> None:
    text = "# Valve\n\nText.\n\n\n---\n\n# Agent Instructions: Querying This Documentation\n\nIf you need more, GET.\n"
    assert without_preambles(text) == "# Valve\n\nText.\n"
    assert without_preambles("<AgentInstructions>\nAsk.\n</AgentInstructions>\n# V\n") == "# V\n"


@pytest.mark.parametrize(
    "text",
    ["# A\n\n> Use llms.txt to name the pages of a site; agents read it.\n\nText.\n", "# A\n\n> A quote.\n\nB.\n",
     "# Writing agents\n\nThe file [docs](docs/README.md) says what to do.\n"],
)  # fmt: skip
def test_what_is_said_to_readers_stays(text: str) -> None:
    if "llms.txt" not in text:
        assert without_preambles(text) == text


def test_a_title_of_the_front_matter_is_the_heading() -> None:
    assert read('---\ntitle: "Valve"\n---\n\nText.\n') == "# Valve\n\nText.\n"
    assert read("---\ntitle: Other\n---\n\n# Valve\n\nText.\n") == "# Valve\n\nText.\n"


HOSTILE = ["<A ", "<Note>", "</Note>", "{/*", "<!--", "{", "}", "`", "``", ":::note\n", ":::\n", "```\n", "{% tab %}",
           "> ", "\n", "\n\n", "x", " ", "export const a = {\n", '="', "'", "<Tab title={", "/>", "import 'a'\n"]  # fmt: skip


def test_no_text_makes_it_fail_or_stall() -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(300):
        text = "".join(chance.choices(HOSTILE, k=chance.randrange(60)))
        page = read_page(text.encode(), URL)
        assert not page.detail and "<script" not in page.markdown
    begun = time.process_time()
    for piece in HOSTILE:
        plain_markdown(piece * 5_000)
        without_preambles(piece * 5_000)
    assert time.process_time() - begun < 5
