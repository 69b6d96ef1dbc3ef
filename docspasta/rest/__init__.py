"""What REST takes and says, once, as pydantic models.

The gateway checks requests and answers with them, the command line prints them with `--json`, and the OpenAPI
document is made of them. Types and pure functions only: no I/O, nothing of Starlette or grpc.
"""
