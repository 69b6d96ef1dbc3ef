"""API keys: exchanged for short-lived JWTs, made, listed, revoked; nothing of a secret is kept."""

from __future__ import annotations

import time

import grpc
import jwt

from docspasta.serving.channel import call_metadata
from docspasta.v1.identity_pb2 import (
    ApiKey,
    CreateKeyRequest,
    ExchangeTokenRequest,
    ListKeysRequest,
    RevokeKeyRequest,
)
from docspasta.v1.identity_pb2_grpc import IdentityServiceStub
from docspasta.v1.jobs_pb2 import CreateJobRequest, JobSettings, ListJobsRequest
from docspasta.v1.jobs_pb2_grpc import JobsServiceStub

from .conftest import DOCS, JobsService, User, refused, running_service


async def make_key(user: User, *scopes: str, ttl: int = 0) -> tuple[ApiKey, str]:
    """A new key and its secret."""
    answer = await user.call("CreateKey", CreateKeyRequest(name="ci", scopes=scopes, ttl_seconds=ttl))
    return answer.key, answer.secret


async def exchange(user: User, secret: str) -> str:
    """A JWT for a key; sends no credential besides."""
    stub = IdentityServiceStub(user.channel)
    answer = await stub.ExchangeToken(ExchangeTokenRequest(api_key=secret), timeout=60)
    assert time.time() < answer.expires_at.seconds <= time.time() + 60
    return str(answer.token)


async def test_a_key_becomes_a_short_lived_token_of_its_user(user: User) -> None:
    job = await user.create()
    key, secret = await make_key(user, "read")
    token = await exchange(user, secret)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["sub"] == "ann" and claims["exp"] - claims["iat"] <= 60 and claims["scope"] == "read"
    stub = JobsServiceStub(user.channel)
    listed = await stub.ListJobs(ListJobsRequest(), metadata=call_metadata(token))
    assert [each.job_id for each in listed.jobs] == [job.job_id]
    async with refused(grpc.StatusCode.PERMISSION_DENIED):
        await stub.CreateJob(CreateJobRequest(settings=JobSettings(url=DOCS)), metadata=call_metadata(token))
    assert key.prefix == secret[:12] and secret.startswith("dsp_")


async def test_the_record_keeps_no_secret(service: JobsService, user: User) -> None:
    _, secret = await make_key(user, "read", "write")
    (row,) = await service.sql("SELECT * FROM api_keys")
    assert secret not in str(dict(row)) and secret[12:] not in str(dict(row))
    listed = (await user.call("ListKeys", ListKeysRequest())).keys
    assert secret[12:] not in str(listed) and list(listed[0].scopes) == ["read", "write"]


async def test_a_keys_use_is_noted_to_the_minute(service: JobsService, user: User) -> None:
    _, secret = await make_key(user, "read")
    assert not (await user.call("ListKeys", ListKeysRequest())).keys[0].HasField("last_used_at")
    await exchange(user, secret)
    used = (await user.call("ListKeys", ListKeysRequest())).keys[0].last_used_at
    assert used.seconds % 60 == 0 and time.time() - used.seconds < 120
    (before,) = await service.sql("SELECT xmin::text FROM api_keys")
    await exchange(user, secret)
    if (await user.call("ListKeys", ListKeysRequest())).keys[0].last_used_at == used:
        assert await service.sql("SELECT xmin::text FROM api_keys") == [before]  # not written twice a minute


async def test_a_revoked_key_is_refused(user: User) -> None:
    key, secret = await make_key(user, "read")
    await user.call("RevokeKey", RevokeKeyRequest(key_id=key.key_id))
    async with refused(grpc.StatusCode.UNAUTHENTICATED):
        await exchange(user, secret)
    assert (await user.call("ListKeys", ListKeysRequest())).keys[0].HasField("revoked_at")


async def test_an_expired_key_is_refused_and_a_token_never_outlives_its_key(
    service: JobsService, user: User
) -> None:
    _, secret = await make_key(user, "read", ttl=3600)
    await service.sql("UPDATE api_keys SET expires_at = now() + interval '20 seconds'")
    claims = jwt.decode(await exchange(user, secret), options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] <= 20
    await service.sql("UPDATE api_keys SET expires_at = now()")
    async with refused(grpc.StatusCode.UNAUTHENTICATED):
        await exchange(user, secret)


async def test_no_other_text_is_a_key(user: User) -> None:
    await make_key(user, "read")
    for secret in ("", "dsp_", "nonsense", "dsp_" + "a" * 43, "dsp_" + "a" * 4000, "ü" * 47):
        async with refused(grpc.StatusCode.UNAUTHENTICATED) as error:
            await exchange(user, secret)
        assert "not good" in error.message


async def test_keys_are_their_users_own(service: JobsService, user: User) -> None:
    key, secret = await make_key(user, "read")
    bob = service.user("bob")
    assert not (await bob.call("ListKeys", ListKeysRequest())).keys
    for key_id in (key.key_id, "never", "a\0b", ""):
        async with refused(grpc.StatusCode.NOT_FOUND, "no-such-key"):
            await bob.call("RevokeKey", RevokeKeyRequest(key_id=key_id))
    await exchange(user, secret)


async def test_only_an_admin_makes_keys_and_none_above_itself(service: JobsService) -> None:
    async with refused(grpc.StatusCode.PERMISSION_DENIED):
        await make_key(service.user("ann", "read write"), "read")
    admin = service.user("ann", "read admin")
    async with refused(grpc.StatusCode.INVALID_ARGUMENT) as error:
        await make_key(admin, "read", "write")
    assert error.violations[0][0] == "scopes[1]"


async def test_without_a_signing_key_there_are_no_api_keys(database, redis_url) -> None:  # type: ignore[no-untyped-def]
    async with running_service(database, redis_url, signing_key="") as service:
        user = service.user("ann")
        async with refused(grpc.StatusCode.UNAVAILABLE):
            await exchange(user, "dsp_" + "a" * 43)
