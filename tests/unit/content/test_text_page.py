"""A Markdown or text file as a page: links, headings, and nothing that reaches beyond it."""

from __future__ import annotations

from docspasta.content import Page, read_page

URL = "https://site.example/docs/README.md"


def read(text: str, url: str = URL) -> Page:
    return read_page(text.encode(), url)


def test_links_are_joined_and_stand_where_they_are_said_to() -> None:
    page = read(
        '# Valve\n\nSee [use](use.md#top "t"), [ü](../x) and ![i](i.png).\n\n```sh\n[no](link)\n```\n'
    )
    assert [link.url for link in page.links] == ["https://site.example/docs/use.md", "https://site.example/x"]
    encoded = page.markdown.encode()
    for place in page.placements:
        text = encoded[place.offset : place.offset + place.length].decode()
        assert text == place.url + (f"#{place.fragment}" if place.fragment else "")
    assert "![i](https://site.example/docs/i.png)" in page.markdown and "[no](link)" in page.markdown


def test_headings_of_both_kinds_are_known_with_their_places() -> None:
    page = read(
        "\n\nValve\n=====\n\nText of it.\n\nUse it\n------\n\n### `Code` *here* ###\n\n```\n# no heading\n```\n"
    )
    assert [(h.level, h.text) for h in page.headings] == [(1, "Valve"), (2, "Use it"), (3, "Code here")]
    encoded = page.markdown.encode()
    assert all(encoded[h.offset : h.offset + h.level] == b"#" * h.level for h in page.headings)
    assert page.title == "Valve"


def test_html_is_shown_as_text_and_an_open_fence_is_closed() -> None:
    page = read("# A\n\n<script>alert(1)</script> `<b>` <https://a.example/>\n\n```js\nlet a\n\n# B\n")
    assert (
        "&lt;script>" in page.markdown
        and "`<b>`" in page.markdown
        and "<https://a.example/>" in page.markdown
    )
    assert page.markdown.endswith("# B\n\n```\n")
    assert len(page.headings) == 1


def test_front_matter_goes_and_plain_text_is_one_block_of_code() -> None:
    assert read("---\ntitle: x\n---\n# A\n\nText.\n").markdown == "# A\n\nText.\n"
    text = read("Network Working Group\n\n   The valve opens. <b>\n", "https://site.example/rfc.txt").markdown
    assert text == "```text\nNetwork Working Group\n\n   The valve opens. <b>\n```\n"


def test_html_under_such_a_name_is_html() -> None:
    page = read(
        "<!DOCTYPE html><title>A</title><main><h1>A</h1><p>Some words of a real page here.</p></main>"
    )
    assert page.markdown == "# A\n\nSome words of a real page here.\n"


def test_nothing_is_no_page() -> None:
    assert read("\n\n").reason == "empty"
