"""Markdown with components, as a site hands it out, as plain Markdown: each component becomes what it means,
or goes. Pure.

    <Note>Text</Note>            ->  > [!NOTE]
    <Tab title="npm">…</Tab>     ->  **npm**, and what is in it
    <Card title="A" href="/a">   ->  - [A](/a): …
    import X from "./x.js"       ->  nothing
"""

from __future__ import annotations

import re

from . import mdx_names as names
from .admonition_kinds import kind_of, says_more
from .mdx_elements import element
from .mdx_tags import Component, tree_of

_MARKS = re.compile(r"<[A-Za-z]|\{%|^[ \t]*:::|^(?:import|export)\s|\{/\*|\{[\"'] |<!--", re.M)
_FENCE = re.compile(r"^ {0,3}(?:> ?)*(`{3,}|~{3,})[ \t]*([^\n]*)$")
_SPACES = re.compile(r"^[ \t]*\n|\s+\Z")
_URL = re.compile(r"[^\s<>()]+")
_FIELD_NAMES = ("path", "query", "body", "header", "name", "field", "param")


def plain_markdown(text: str) -> str:
    """The text without its components. Text that holds none is returned as it is."""
    if _MARKS.search(text) is None:
        return text
    return _single_blanks(_inside(tree_of(text)))


def _single_blanks(text: str) -> str:
    """The text without the second of two empty lines, but for code."""
    kept: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark is not None:
            fence = mark[1] if not fence else "" if mark[1].startswith(fence) and not mark[2] else fence
        if fence or line.strip() or (kept and kept[-1].strip()):
            kept.append(line)
    return "\n".join(kept)


def _inside(one: Component) -> str:
    """What is in a component, each thing in it as it means."""
    count, parts = 0, []
    for each in one.inside:
        if isinstance(each, str):
            parts.append(each)
            continue
        count += each.name in names.STEP
        parts.append(_meaning(each, count))
    return "".join(parts)


def _meaning(one: Component, number: int) -> str:
    """A component as Markdown. `number`: which step of its list it is, if it is one."""
    name = one.name
    if name in names.NOTHING:
        return ""
    if name in names.INLINE:
        return _inline(one)
    if name in names.PICTURES:
        return _picture(one)
    if not name or name in names.TEXTS:
        return _inside(one)
    if name in names.HTML and name not in names.AROUND:
        return element(one, _inside, _body)
    if name in names.BOXES:
        return _box(one, names.BOXES[name] or _said(one, "type", "kind", "variant", "intent", "style"))
    if name.startswith(":"):
        return _directive(one)
    if name in names.CARDS:
        return _card(one)
    if name in names.STEP:
        label = _said(one, "title", "label", "stepnumber")
        if not label and _body(one).lstrip().startswith("#"):
            return _block(_body(one))  # its heading says what the step is
        return _labelled(one, f"{number}. {label}" if label else f"{number}.")
    if name in names.FIELDS:
        return _field(one)
    label = _said(one, "title", "label", "caption", "header", "summary", "value")
    if name in names.LABELLED or name in names.CODE_LABEL or (label and name in ("update", "frame", "view")):
        return _labelled(one, label)
    return _block(_body(one))


def _said(one: Component, *attributes: str) -> str:
    """What the first of these attributes says, on one line."""
    said = next((one.attributes[name] for name in attributes if one.attributes.get(name)), "")
    return said.replace("\n", " ").strip()[:300]


def _body(one: Component) -> str:
    """What is in a component, as far to the left as its outermost line allows."""
    lines = _SPACES.sub("", _inside(one)).split("\n")
    if lines and lines[0] and not lines[0][0].isspace() and len(lines) > 1:  # it begins behind its tag
        return "\n".join([lines[0], *_dedented(lines[1:])])
    return "\n".join(_dedented(lines))


def _dedented(lines: list[str]) -> list[str]:
    widths = [len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()]
    least = min(widths, default=0)
    return [line[least:] if line.strip() else "" for line in lines]


def _block(text: str) -> str:
    return f"\n\n{text}\n\n" if text.strip() else "\n\n"


def _labelled(one: Component, label: str) -> str:
    body = _body(one)
    if not body.strip():
        return _block("")
    return _block(f"**{label}**\n\n{body}" if label.strip("*") else body)


def _box(one: Component, kind: str) -> str:
    body, title = _body(one).strip("\n"), _said(one, "title", "label")
    if not body.strip():
        return _block(title)
    alert = kind_of(kind or "note")
    lead = [f"[!{alert}]", *([f"**{title}**", ""] if says_more(alert, title) else [])]
    return _block("\n".join(f"> {line}".rstrip() for line in (*lead, *body.split("\n"))))


def _directive(one: Component) -> str:
    kind = one.name[1:]
    if kind in names.DIRECTIVES:
        return _box(one, kind)
    return _labelled(one, _said(one, "title") if kind in ("tab", "step", "details") else "")


def _card(one: Component) -> str:
    """A link and what is said about it."""
    to, title = _said(one, "href", "url", "to", "link"), _said(one, "title", "label", "name")
    said = " ".join(_body(one).split()) or _said(one, "description")
    if not _URL.fullmatch(to):
        return _block(f"**{title}**\n\n{_body(one)}" if title else _body(one))
    if not title:  # the link is in it (GitBook's content-ref)
        return _block(said if "](" in said else f"[{said or to}]({to})")
    return f"\n- [{title}]({to})" + (f": {said}" if said else "") + "\n"


def _field(one: Component) -> str:
    """A parameter: its name, its type, whether it is required, and what is said about it."""
    place = next((each for each in _FIELD_NAMES if one.attributes.get(each)), "")
    facts = [_said(one, "type")]
    if place in ("path", "query", "body", "header") and one.attributes.get("type"):
        facts.append(f"in {place}" if place != "path" else "")
    if "required" in one.attributes and one.attributes["required"] != "false":
        facts.append("required")
    if default := _said(one, "default"):
        facts.append(f"default: {default}")
    told = ", ".join(fact for fact in facts if fact)
    head = f"**`{one.attributes.get(place, '').replace('`', '')}`**" if place else ""
    return _block("\n\n".join(part for part in (f"{head} ({told})" if told else head, _body(one)) if part))


def _inline(one: Component) -> str:
    text = _inside(one)
    to = _said(one, "href", "to")
    is_picture = text.strip().startswith("![") and text.count("](") == 1
    if to and _URL.fullmatch(to) and text.strip() and ("](" not in text or is_picture):
        return f"[{' '.join(text.split())}]({to})"
    if one.name == "tooltip":
        tip = _said(one, "tip", "headline", "content")
        return f"{text} ({tip})" if tip and not to and text.strip() else text
    return text


def _picture(one: Component) -> str:
    to = _said(one, "src", "url")
    return f"![{_said(one, 'alt', 'caption')}]({to})" if _URL.fullmatch(to) else ""
