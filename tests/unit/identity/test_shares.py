"""Anonymous users of one client share what is shared out; everybody else has a share of their own."""

from __future__ import annotations

from docspasta.identity.caller import anonymous_subject, share_of, user_id
from gateway.clients import network, pseudonym


def named(address: str) -> str:
    group = pseudonym(network(address), b"k" * 32)
    return user_id("anonymous", "docspasta-anonymous", anonymous_subject(group))


def test_users_of_one_address_or_64_have_one_share():
    assert named("192.0.2.1") != named("192.0.2.1")
    assert share_of(named("192.0.2.1")) == share_of(named("192.0.2.1")) != share_of(named("192.0.2.2"))
    assert share_of(named("2001:db8::1")) == share_of(named("2001:db8::ffff:1:2:3"))
    assert share_of(named("::ffff:192.0.2.1")) == share_of(named("192.0.2.1"))


def test_a_name_does_not_tell_the_address():
    assert pseudonym("192.0.2.1", b"a" * 32) != pseudonym("192.0.2.1", b"b" * 32)


def test_everybody_else_has_their_own():
    for name in ("local", "u-abc", "anon-0123", "anon-00000000000000aa", f"anon-{'0' * 16}-{'x' * 32}"):
        assert share_of(name) == name
