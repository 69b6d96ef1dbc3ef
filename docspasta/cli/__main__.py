"""`docspasta` and `python -m docspasta.cli`."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from docspasta.cli.app import app

    app(prog_name="docspasta")


if __name__ == "__main__":
    main()
