"""A call to the address of a partner: one POST with the answer as its body.

The address stands in a file of ours, but names in it resolve to what others say: so the host is resolved here, every address it has must
be a public one (unless the settings allow private ones), and the call goes to the address that was looked at, under the name of the host.
No redirect is followed, no proxy or password file of the machine is used, nothing of the answer but its status is read, and the whole call
has a time limit. Source: RFC 9110 (status codes), the IETF draft on the Idempotency-Key header.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from workers.delivery_faults import GivenUp, NotDelivered

if TYPE_CHECKING:
    import httpx

MOST_ADDRESSES = 4
HAD_IT = 409
LATER = (408, 425, 429)
LONGEST_REST = 3600


def call(address: str, content: bytes, headers: Mapping[str, str], private: bool, seconds: int) -> None:
    """Post the bytes; raises `NotDelivered`, or `GivenUp` where the other side refuses them."""
    import httpx

    target = httpx.URL(address)
    found = _resolved(target.host, target.port or (443 if target.scheme == "https" else 80), private)
    named = {**headers, "Host": target.netloc.decode("ascii")}
    with httpx.Client(verify=_trusted(), trust_env=False, follow_redirects=False, timeout=seconds) as client:
        limit = threading.Timer(2 * seconds, client.close)  # a server that answers drop by drop keeps within every single timeout
        limit.daemon = True
        limit.start()
        try:
            response = _post(client, target, found, content, named)
        except (httpx.HTTPError, RuntimeError, OSError) as error:
            raise NotDelivered(f"{target.host} did not answer ({type(error).__name__}).") from None
        finally:
            limit.cancel()
    _judge(response, target.host)


def _post(client: httpx.Client, target: httpx.URL, found: list[str], content: bytes, headers: Mapping[str, str]) -> httpx.Response:
    """The status of the first address of the host that can be connected to."""
    import httpx

    for place, number in enumerate(found, start=1):
        own = {"sni_hostname": target.host}
        request = client.build_request("POST", target.copy_with(host=number), content=content, headers=headers, extensions=own)
        try:
            response = client.send(request, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            if place == len(found):
                raise
            continue
        response.close()
        break
    return response


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """The authorities that this machine trusts."""
    return ssl.create_default_context()


def _resolved(host: str, port: int, private: bool) -> list[str]:
    """The addresses of a host; raises `NotDelivered` where there is none or one of them is private."""
    try:
        found = [str(item[4][0]) for item in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)][:MOST_ADDRESSES]
    except OSError:
        raise NotDelivered(f"The name {host} cannot be resolved.") from None
    if not private and not all(_is_public(item) for item in found):
        raise NotDelivered(f"{host} is a private address. Set EDI_CALLBACK_PRIVATE=true where that is meant.")
    return found


def _is_public(address: str) -> bool:
    """Whether an address is one of the public internet.

    >>> _is_public("93.184.216.34"), _is_public("10.0.0.1"), _is_public("169.254.169.254"), _is_public("::ffff:127.0.0.1")
    (True, False, False, False)
    """
    known = ipaddress.ip_address(address.split("%", 1)[0])
    known = getattr(known, "ipv4_mapped", None) or known
    return known.is_global and not known.is_multicast


def _judge(response: httpx.Response, host: str) -> None:
    status = response.status_code
    if 200 <= status < 300 or status == HAD_IT:
        return
    if 400 <= status < 500 and status not in LATER:
        raise GivenUp(f"{host} refuses it with status {status}. Mend what the status says, then `edi outbox retry`.")
    rest = response.headers.get("Retry-After", "")
    seconds = min(int(rest), LONGEST_REST) if rest.isascii() and rest.isdigit() and len(rest) < 10 else 0
    words = "; redirects are not followed, so write the new address into the profile" if 300 <= status < 400 else ""
    raise NotDelivered(f"{host} answered with status {status}{words}.", seconds)
