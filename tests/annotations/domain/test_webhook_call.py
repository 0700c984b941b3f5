import socket
import threading
import time

import pytest

from annotations.domain import webhook_call
from annotations.domain.webhook_call import check_address, post
from annotations.errors import WebhookRefusedError
from tests.factories.receiver import receiving_webhooks

INWARD = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "0.0.0.0",  # noqa: S104 - an address to be refused
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[fe80::1]",
    "[fd00::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:10.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "localhost",
    "2130706433",
    "0x7f.1",
]


@pytest.mark.parametrize("host", INWARD)
def test_nothing_is_sent_into_the_network_of_the_server(host):
    with pytest.raises(WebhookRefusedError) as refusal:
        post(f"https://{host}/", body=b"{}", headers={})

    assert refusal.value.code == "private_address"


@pytest.mark.parametrize("host", [host for host in INWARD if host != "localhost"])
def test_number_that_leads_into_a_private_network_is_refused_before_anything_is_sent(host):
    with pytest.raises(WebhookRefusedError, match="private network") as refusal:
        check_address(f"https://{host}/x")

    assert refusal.value.code == "private_address"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://hook.example/", "not_https"),
        ("ftp://hook.example/", "not_https"),
        ("file:///etc/passwd", "malformed"),
        ("https://", "malformed"),
        ("https://name:word@hook.example/", "malformed"),
        ("https://hook.example/#part", "malformed"),
        ("https://hook.example/\r\nX-More: 1", "malformed"),
        ("https://hook.example:99999/", "malformed"),
        ("https://[::1/", "malformed"),
        ("", "malformed"),
        ("https://hook.example/\x7f", "malformed"),
        (f"https://{'a' * 64}.example/x", "host_impossible"),
        ("https://a..example/", "host_impossible"),
        ("https://.example/", "host_impossible"),
        ("https://hook.example/é", "not_ascii"),
        ("https://hök.example/", "not_ascii"),
    ],
)
def test_address_that_is_never_called(address, code):
    with pytest.raises(WebhookRefusedError) as refusal:
        check_address(address)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    "host", ["a" * 63 + ".example", "hook.example.", "xn--hk-fka.example", "[2606:4700::1111]", "1.1.1.1"]
)
def test_address_that_can_be_called(host):
    assert check_address(f"https://{host}/caf%C3%A9").hostname == host.strip("[]")


def test_host_is_allowed_with_its_port_alone(settings):
    with receiving_webhooks() as received:
        settings.WEBHOOK_HOSTS = [f"127.0.0.1:{received.port + 1}"]
        with pytest.raises(WebhookRefusedError):
            post(f"http://127.0.0.1:{received.port}/", body=b"{}", headers={})
        settings.WEBHOOK_HOSTS = [f"127.0.0.1:{received.port}"]
        assert post(f"http://127.0.0.1:{received.port}/", body=b"{}", headers={}) == 200

    assert len(received.requests) == 1


def test_redirect_is_an_answer_and_is_not_followed(settings):
    with receiving_webhooks() as received, receiving_webhooks() as elsewhere:
        settings.WEBHOOK_HOSTS = ["127.0.0.1"]
        received.answers = [307]
        received.location = f"http://127.0.0.1:{elsewhere.port}/"

        assert post(f"http://127.0.0.1:{received.port}/", body=b"{}", headers={}) == 307

    assert elsewhere.requests == []


def test_receiver_that_drips_its_answer_is_hung_up_on(settings, monkeypatch):
    monkeypatch.setattr(webhook_call, "CALL_LIMIT_S", 0.5)
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    listener = socket.create_server(("127.0.0.1", 0))
    is_over = threading.Event()

    def drip():
        channel, _ = listener.accept()
        with channel:
            while not is_over.wait(0.05):
                try:
                    channel.sendall(b"H")
                except OSError:
                    return

    thread = threading.Thread(target=drip)
    thread.start()
    started_s = time.monotonic()
    with pytest.raises(Exception, match=r".") as broken:
        post(f"http://127.0.0.1:{listener.getsockname()[1]}/", body=b"{}", headers={})
    is_over.set()
    thread.join()
    listener.close()

    assert time.monotonic() - started_s < 4
    assert isinstance(broken.value, (OSError, webhook_call.http.client.HTTPException))
