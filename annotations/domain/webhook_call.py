"""One guarded call to an address that a person typed: never into the network of the server itself.

Only https, and only to addresses of the public internet, unless the installation names the host in
TRAMLINE_WEBHOOK_HOSTS. The name is looked up once and the address that was checked is the one that is
called, so that a name cannot change its meaning between the two. No redirect is followed.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from annotations.errors import WebhookRefusedError

# Of each step, and of everything: a receiver that drips its answer holds the worker no longer.
STEP_LIMIT_S = 5.0
CALL_LIMIT_S = 10.0
# Of a name that is looked up, between two dots (RFC 1035).
LONGEST_LABEL = 63
# NAT64: what lies behind these is an address of version 4, which may be anything.
TRANSLATED = ipaddress.ip_network("64:ff9b::/32")


def check_address(address: str) -> SplitResult:
    """Take an address apart; raise WebhookRefusedError where it is certain that nothing will be sent."""
    if not address.isascii():
        raise _refused(
            "not_ascii",
            "The address holds letters such as é or ü. Write a host in its xn-- form, and such a letter of a "
            "path with %, é as %C3%A9.",
        )
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise _refused("malformed", f"{address} is no address. Write https://host/path.") from None
    if not host or parts.username is not None or parts.fragment or not _is_printed(address):
        raise _refused(
            "malformed", "Write the address as https://host/path, without a name, a password or a #."
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_named(parts)):
        raise _refused(
            "not_https",
            f"{parts.scheme}://{host} is refused: notices go out over https. Another address has to be named "
            "in TRAMLINE_WEBHOOK_HOSTS by whoever runs this installation.",
        )
    if not _is_host(host):
        raise _refused(
            "host_impossible",
            f"No host can be called {host[:100]}: between two dots stand 1 to {LONGEST_LABEL} letters. Look "
            "for a dot too many or too few.",
        )
    # A name waits until it is called; a number says at once where it leads.
    with contextlib.suppress(socket.gaierror):
        _checked_ips(parts, 0, socket.AI_NUMERICHOST)
    return parts


def _is_printed(address: str) -> bool:
    """Whether a request can hold it: no space, nothing that does not print."""
    return address.isprintable() and " " not in address


def _is_host(host: str) -> bool:
    """Whether the name can be looked up: no part of it empty or too long; one dot may end it."""
    return all(1 <= len(label) <= LONGEST_LABEL for label in host.removesuffix(".").split("."))


def post(address: str, *, body: bytes, headers: Mapping[str, str]) -> int:
    """Send a body and return the status of the answer; whatever else the answer holds is not read.

    Raises WebhookRefusedError where the address may not be called, and OSError or http.client.HTTPException
    where the call came to nothing.
    """
    parts = check_address(address)
    host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    channel = _connect(parts, port)
    watchdog = threading.Timer(CALL_LIMIT_S, _hang_up, [channel])
    watchdog.daemon = True
    watchdog.start()
    connection = http.client.HTTPConnection(host, port)
    connection.sock = channel
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body=body, headers={**headers, "Host": parts.netloc})
        return connection.getresponse().status
    finally:
        watchdog.cancel()
        connection.close()


def _connect(parts: SplitResult, port: int) -> socket.socket:
    raw = socket.create_connection((_checked_ips(parts, port)[0], port), timeout=STEP_LIMIT_S)
    if parts.scheme != "https":
        return raw
    return ssl.create_default_context().wrap_socket(raw, server_hostname=parts.hostname)


def _hang_up(channel: socket.socket) -> None:
    """Below any encryption, whose own farewell would wait for the other side."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(channel, socket.SHUT_RDWR)


def _checked_ips(parts: SplitResult, port: int, flags: int = 0) -> list[str]:
    """Look the host up; refuse it where any of its addresses is not of the public internet."""
    entries = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM, flags=flags)
    found = [str(entry[4][0]) for entry in entries]
    if not _is_named(parts) and not all(_is_public(ip) for ip in found):
        raise _refused(
            "private_address",
            f"{parts.hostname} leads into a private network and is refused. Whoever runs this installation "
            "can allow it in TRAMLINE_WEBHOOK_HOSTS.",
        )
    return found


def _is_named(parts: SplitResult) -> bool:
    """Whether the installation allows this host: by its name alone, or by name and port."""
    return not {parts.hostname, f"{parts.hostname}:{parts.port}"}.isdisjoint(settings.WEBHOOK_HOSTS)


def _is_public(text: str) -> bool:
    ip = ipaddress.ip_address(text.split("%", maxsplit=1)[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.sixtofour or ip.teredo or ip in TRANSLATED:
            return False
        if ip.ipv4_mapped:
            ip = ip.ipv4_mapped
    return ip.is_global and not ip.is_multicast


def _refused(code: str, message: str) -> WebhookRefusedError:
    return WebhookRefusedError(message, code=code)
