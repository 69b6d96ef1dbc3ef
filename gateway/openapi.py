"""The OpenAPI 3.1 document of REST, event payloads included. Pure data; a test holds it to the routes."""

from __future__ import annotations

import functools
from json import dumps

from .operations import PATHS
from .problems import TITLES
from .schemas import SCHEMAS, Schema, ref


@functools.cache
def document() -> Schema:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Docspasta",
            "version": "5",
            "description": "Turns a documentation website into one clean Markdown document, "
            "in reading order, while you watch.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"cookie": []}],
        "paths": PATHS,
        "components": {
            "schemas": SCHEMAS,
            "responses": {
                str(status): {
                    "description": title,
                    "content": {"application/problem+json": {"schema": ref("Problem")}},
                }
                for status, title in TITLES.items()
            },
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A JWT, or an API key (`dsp_…`).",
                },
                "cookie": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "docspasta",
                    "description": "The anonymous cookie; changes need this site's Origin.",
                },
            },
        },
    }


if __name__ == "__main__":
    print(dumps(document(), indent=1))
