"""What Docspasta's processes share. Importing this package starts nothing."""

__version__ = "0.1.0"
