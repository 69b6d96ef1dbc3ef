"""Deliveries reach nothing that a fetch would not: SSRF forms, redirects inside, names that are rebound; and
nobody but jobs makes the crawler send."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from aiohttp.abc import ResolveResult

from docspasta.deliveries.handover import Handover, bound_to
from docspasta.egress.policy import EgressSettings
from docspasta.egress.sessions import Egress
from docspasta.errors import Unauthenticated
from docspasta.identity.sealing import Sealing
from docspasta.serving.places import Places
from docspasta.urls import BadUrl, canonical
from docspasta.v1.crawler_pb2 import SendDeliveryRequest
from services.crawler.deliveries import Deliveries
from tests.integration.webhooks.receiver import Receiver

SEALING = Sealing(bytes(range(32)))
NOBODY = Places(9, 9, "webhooks are sent")
TARGETS = [
    *("http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/"),
    *("http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[::]/", "http://0/", "http://0.0.0.0/"),
    *("http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.1.1/", "http://100.64.0.1/"),
    *("http://169.254.169.254/latest/meta-data", "http://[fd00:ec2::254]/", "http://100.100.100.200/"),
    *("http://[fe80::1]/", "http://[fc00::1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/"),
    *("http://198.18.0.1/", "http://224.0.0.1/", "http://255.255.255.255/", "https://localhost/"),
    *("https://hooks.example.org:22/", "https://hooks.example.org:6379/"),
]


def request(
    url: str, user: str = "ann", delivery: str = "msg_1", until: float | None = None
) -> SendDeliveryRequest:
    """What jobs hands over."""
    handed = Handover(url, "{}", [("webhook-id", delivery)], until or time.time() + 60)
    sealed = SEALING.seal(user, bound_to(delivery), handed.to_pairs())
    return SendDeliveryRequest(user_id=user, delivery_id=delivery, sealed=sealed)


class Web:
    """Names as an attacker has them: each look-up takes the next answer. No socket is ever made."""

    def __init__(self, *answers: str) -> None:
        self.answers: Iterator[str] = iter(answers)
        self.made: list[str] = []

    async def lookup(self, host: str, port: int) -> list[ResolveResult]:
        address = next(self.answers)
        return [
            ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)
        ]

    def make_socket(self, info: tuple) -> socket.socket:  # type: ignore[type-arg]
        self.made.append(info[4][0])
        raise OSError("the test makes no connection")


@pytest.mark.parametrize("target", TARGETS)
async def test_forbidden_targets_get_no_socket(target: str) -> None:
    web = Web("127.0.0.1", "127.0.0.1")
    egress = Egress(EgressSettings(), lookup=web.lookup, make_socket=web.make_socket)
    try:
        url = canonical(target)
    except BadUrl:
        url = target
    answer = await Deliveries(egress, SEALING, NOBODY).answer(request(url))
    await egress.close()
    assert web.made == [] and answer.http_status == 0
    assert answer.error in ("forbidden_address", "bad_url"), (answer.error, answer.detail)


async def test_a_name_that_is_rebound_reaches_nothing() -> None:
    """Public when it was registered, inside when it is connected to: the socket's own address decides."""
    web = Web("93.184.215.14", "127.0.0.1", "169.254.169.254", "10.0.0.1")
    egress = Egress(EgressSettings(), lookup=web.lookup, make_socket=web.make_socket)
    deliveries = Deliveries(egress, SEALING, NOBODY)
    first = await deliveries.answer(request("https://rebound.example.org/"))
    assert (first.error, web.made) == ("connection", ["93.184.215.14"])
    for host in ("a", "b", "c"):
        again = await deliveries.answer(request(f"https://{host}.example.org/"))
        assert again.error == "forbidden_address", again
    await egress.close()
    assert web.made == ["93.184.215.14"]


async def test_a_redirect_leads_nowhere(egress: Egress, receiver: Receiver) -> None:
    receiver.behave = lambda got: "redirect"
    answer = await Deliveries(egress, SEALING, NOBODY).answer(request(receiver.url + "/"))
    assert answer.http_status == 302 and [got.path for got in receiver.got] == ["/"]


async def test_only_what_jobs_sealed_for_this_delivery_is_sent(egress: Egress, receiver: Receiver) -> None:
    good = request(receiver.url + "/")
    other = Sealing(bytes(range(1, 33)))
    pairs = Handover(receiver.url + "/", "{}", [], time.time() + 60).to_pairs()
    forged = [
        SendDeliveryRequest(user_id="bob", delivery_id="msg_1", sealed=good.sealed),
        SendDeliveryRequest(user_id="ann", delivery_id="msg_2", sealed=good.sealed),
        SendDeliveryRequest(user_id="ann", delivery_id="msg_1", sealed=good.sealed[:-4] + "AAAA"),
        SendDeliveryRequest(user_id="ann", delivery_id="msg_1", sealed=""),
        SendDeliveryRequest(user_id="ann", delivery_id="msg_1", sealed="ü"),
        SendDeliveryRequest(user_id="ann", delivery_id="msg_1", sealed="AAAA"),
        SendDeliveryRequest(
            user_id="ann", delivery_id="msg_1", sealed=other.seal("ann", bound_to("msg_1"), pairs)
        ),
        # Sealed by jobs for something else: a job's headers, an endpoint's secret.
        SendDeliveryRequest(user_id="ann", delivery_id="msg_1", sealed=SEALING.seal("ann", "job1", pairs)),
        SendDeliveryRequest(
            user_id="ann",
            delivery_id="msg_1",
            sealed=SEALING.seal("ann", bound_to("msg_1"), [("secret", "whsec_x")]),
        ),
        request(receiver.url + "/", until=time.time() - 1),
    ]
    deliveries = Deliveries(egress, SEALING, NOBODY)
    for bad in forged:
        with pytest.raises(Unauthenticated):
            await deliveries.answer(bad)
    assert receiver.got == []
    assert (await deliveries.answer(good)).http_status == 204
