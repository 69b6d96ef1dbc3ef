"""Names that are used where vulture does not look: by a framework, a protocol, C code, or tests alone.

It is read by vulture (pyproject.toml), never run. A name belongs here only with the reason above it.
"""

# RPCs, called by gRPC through the generated servicers, and its interceptor.
_.CheckAccess
_.ExchangeNamespace
_.PauseJob
_.ResumeJob
_.CancelJob
_.RetryJob
_.FinishJob
_.PushPages
_.GetPage
_.GetOutline
_.ConvertPage
_.FetchPages
_.intercept_service

# What a library reads or calls: uvicorn, Starlette, rich, click, socketserver, expat, pydantic, RE2.
_.format_options
_.format_epilog
_.should_exit
_.capture_signals
_.flow
_.message_event
_.pause_writing
_.resume_writing
_.redirect_slashes
_.no_wrap
_.overflow
_.address_family
_.buffer_text
_.StartElementHandler
_.EndElementHandler
_.CharacterDataHandler
_.newest_run
_.last_skipped
_.field_title_should_be_set
_._first_of_urls
_.enum_schema
_.nullable_schema
_.StartDoctypeDeclHandler
_.max_mem
_.log_errors

# Members of enums and fields of records that are read by value or as a whole.
_._value_
_.DEPTH
_.TIME
_.BYTES
_.USER_PAGES
_.NOT
_.QUEUED
_.PAUSED
_.PROCESSED
_.SKIPPED
_.processor
_.canonical_url

# Read by typer from a command whose options are in groups.
_.__signature__
_.__annotations__

# For tests: faster servers, and what went by which way.
UNSAFE_SETTINGS
_.reads_live
_.live_reads

# Written by a trigger, and asked for by its value.
SOURCE_CHANGED
SOURCE_SUSPECT

# PyYAML's dumper, and what the Kubernetes client writes of a Lease.
_.ignore_aliases
_.lease_duration_seconds
_.acquire_time
_.renew_time

# difflib groups the blocks that it finds here into hunks.
_.opcodes

# The Kubernetes client reads how strictly it looks at certificates.
_.disable_strict_ssl_verification
