"""What a kubelet asks: health without TLS on its own port, beside a main port that asks for certificates."""

from __future__ import annotations

import subprocess
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from docspasta.serving.probes import Probes, ask, main
from docspasta.serving.server import GrpcServer
from docspasta.settings import Shared
from tests.ports import free_port

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


async def asked(address: str, service: str) -> int:
    async with grpc.aio.insecure_channel(address) as channel:
        request = health_pb2.HealthCheckRequest(service=service)
        answer = await health_pb2_grpc.HealthStub(channel).Check(request, timeout=20)
        status: int = answer.status
        return status


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-signed pair: cert.pem and key.pem."""
    command = ["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "1", "-subj", "/CN=a"]
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    subprocess.run([*command, *files], check=True, capture_output=True)
    return tmp_path


async def test_probes_answer_beside_mtls(certificate: Path) -> None:
    main, probes = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    pem, key = str(certificate / "cert.pem"), str(certificate / "key.pem")
    settings = Shared(tls_certificate=pem, tls_key=key, tls_ca=pem, health_listen=probes)
    server = GrpcServer(main, ["docspasta.v1.JobsService"], settings, None)  # type: ignore[arg-type]
    await server.start()
    try:
        assert await asked(probes, "liveness") == await asked(probes, "") == SERVING
        assert await asked(probes, "readiness") == NOT_SERVING
        await server.ready(True)
        assert await asked(probes, "readiness") == SERVING
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await asked(main, "liveness")  # a kubelet would have got this
        assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
        await server.ready(False)
        assert await asked(probes, "readiness") == NOT_SERVING
        assert await asked(probes, "liveness") == SERVING  # draining is alive
    finally:
        await server.stop(0)


async def test_an_unknown_service_is_said_to_be_unknown() -> None:
    address = f"127.0.0.1:{free_port()}"

    async def ready() -> bool:
        return True

    probes = Probes(address, ready)
    await probes.start()
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await asked(address, "database")
    assert refused.value.code() == grpc.StatusCode.NOT_FOUND
    await probes.stop()


async def test_the_images_health_check_asks_the_same_port(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = False

    async def ready() -> bool:
        return wanted

    port = free_port()
    probes = Probes(f"127.0.0.1:{port}", ready)
    await probes.start()
    try:
        assert not await ask(f"0.0.0.0:{port}", "readiness")
        assert await ask(f"0.0.0.0:{port}", "liveness")
        wanted = True
        assert await ask(f"127.0.0.1:{port}", "readiness")
    finally:
        await probes.stop()
    assert not await ask(f"127.0.0.1:{port}", "liveness")
    monkeypatch.delenv("DOCSPASTA_HEALTH_LISTEN", raising=False)
    assert main() == 2
