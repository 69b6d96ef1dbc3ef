"""python -m services.processor. Parsing processes import this module too, so nothing is imported above."""


def main() -> None:
    """Read the settings and serve."""
    import uvloop

    from docspasta.settings import Processor

    from .process import serve

    uvloop.run(serve(Processor()))


if __name__ == "__main__":
    main()
