"""The options of `docspasta jobs export`, each with its name and help."""

from __future__ import annotations

from typing import Annotated

import typer

WHICH = "Pages"
HOW = "Output"

Include = Annotated[
    list[str] | None,
    typer.Option(
        metavar="GLOB", help="Write only paths that match, like '/guide/**'.", rich_help_panel=WHICH
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        metavar="GLOB", help="Leave out matching paths; wins over --include.", rich_help_panel=WHICH
    ),
]
Pages = Annotated[
    str,
    typer.Option(metavar="LIST", help="Positions in reading order, like 1-40,52.", rich_help_panel=WHICH),
]
Format = Annotated[
    str,
    typer.Option(
        "-f",
        "--format",
        metavar="F",
        help="markdown, parts, zip, chunks, skill, llms, llms-full. [default: as -o ends, else markdown]",
        rich_help_panel=HOW,
    ),
]
Output = Annotated[
    str,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE|DIR/|-",
        help="Where to write it. [default: named after the site]",
        rich_help_panel=HOW,
    ),
]
MaxTokens = Annotated[
    str,
    typer.Option(
        metavar="N",
        help="Tokens of each part or chunk, like 100k; for one document, where it is cut.",
        rich_help_panel=HOW,
    ),
]
Part = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        help="With parts: write only part N, as Markdown.",
        rich_help_panel=HOW,
    ),
]
Tokens = Annotated[
    str, typer.Option(metavar="HOW", help="How tokens are counted: estimate or o200k.", rich_help_panel=HOW)
]
Contents = Annotated[
    int | None,
    typer.Option(
        min=0,
        max=6,
        metavar="N",
        help="Levels of the table of contents; 0 leaves it out. [default: all]",
        rich_help_panel=HOW,
    ),
]
NoLinks = Annotated[
    bool,
    typer.Option("--no-links", help="Keep the text of links, drop their addresses.", rich_help_panel=HOW),
]
