"""The options of `docspasta jobs export`, each with its name and help."""

from __future__ import annotations

from typing import Annotated

import typer

WHICH = "Which pages"
HOW = "What they become"

Include = Annotated[
    list[str] | None,
    typer.Option(metavar="GLOB", help="Only paths that match, like '/guide/**'.", rich_help_panel=WHICH),
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
    typer.Option("-o", "--output", metavar="FILE|DIR/|-", help="Default: its own name.", rich_help_panel=HOW),
]
MaxTokens = Annotated[
    str,
    typer.Option(
        metavar="N",
        help="Of a part, of a chunk, or of the document: then its beginning. 100000 or 100k.",
        rich_help_panel=HOW,
    ),
]
Part = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        help="With parts: only this one, as Markdown.",
        rich_help_panel=HOW,
    ),
]
Tokens = Annotated[
    str, typer.Option(metavar="HOW", help="Counted as estimate or o200k.", rich_help_panel=HOW)
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
    bool, typer.Option("--no-links", help="Keep what links say, not where they lead.", rich_help_panel=HOW)
]
