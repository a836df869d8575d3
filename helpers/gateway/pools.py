"""
Connections to Twilio by urllib3: kept open and used again, directly or through a proxy.

Proxy and certificates come from the environment, as for every program that uses ``requests``.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from ssl import SSLContext
from threading import Lock
from urllib.parse import urlsplit

from requests.utils import DEFAULT_CA_BUNDLE_PATH, get_auth_from_url, get_environ_proxies, select_proxy
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, PoolManager, ProxyManager, Timeout, make_headers
from urllib3.exceptions import LocationValueError
from urllib3.util import create_urllib3_context, parse_url

from helpers.gateway.deadline import POOLS


class SocksProxyError(Exception):
    """The environment names a SOCKS proxy.  Nothing was sent."""


class NoCertificatesError(Exception):
    """The environment names a file of certificates that is not there.  Nothing was sent."""


class Pools:
    """
    The kept connections, a pool for each host.

    Args:
        most: How many are kept to a host.

        from_environment: Whether its proxy and certificates apply; they must not apply to loopback.
    """

    def __init__(self, *, most: int, from_environment: bool) -> None:
        self._most, self._from_environment = most, from_environment
        self._making = Lock()
        self._pools: dict[tuple[str, str], HTTPConnectionPool] = {}
        self._trusted: SSLContext | None = None

    def send(
        self, method: str, url: str, *, body: str | None, headers: Mapping[str, str], timeout: Timeout
    ) -> BaseHTTPResponse:
        """
        Send one request, once, and return the answer with its body unread.

        Raises:
            Exception: Whatever urllib3 raises, and the two of this file.  It may hold the credentials.
        """
        target = urlsplit(url)
        host = target.scheme, target.netloc
        # One at a time: of two pools for a host, only one would keep its connections.
        with self._making:
            # The environment is asked once for a host: to ask it takes a third of the time of a request.
            if host not in self._pools:
                self._pools[host] = self._open_pool(url)
            pool = self._pools[host]
        return pool.urlopen(
            method,
            f"{target.path}?{target.query}" if target.query else target.path,
            body=body,
            headers=headers,
            timeout=timeout,
            # Either would send it again; a DELETE after a lost connection, too.
            retries=False,
            redirect=False,
            preload_content=False,
        )

    def close(self) -> None:
        """Close the connections."""
        for pool in self._pools.values():
            pool.close()

    def _open_pool(self, url: str) -> HTTPConnectionPool:
        manager = self._manager_to(url) if self._from_environment else PoolManager(maxsize=self._most)
        manager.pool_classes_by_scheme = POOLS
        return manager.connection_from_url(url)

    def _manager_to(self, url: str) -> PoolManager:
        self._trusted = trusted = self._trusted or _load_certificates()
        proxy = select_proxy(url, get_environ_proxies(url))
        if not proxy:
            return PoolManager(maxsize=self._most, ssl_context=trusted)
        if proxy.lower().startswith("socks"):
            raise SocksProxyError
        address = proxy if "://" in proxy else f"http://{proxy}"
        if not parse_url(address).host:
            raise LocationValueError("The proxy has no host.")
        username, password = get_auth_from_url(address)
        return ProxyManager(
            address,
            proxy_headers=make_headers(proxy_basic_auth=f"{username}:{password}") if username else None,
            proxy_ssl_context=trusted,
            maxsize=self._most,
            ssl_context=trusted,
        )


def _load_certificates() -> SSLContext:
    """Load them once: to read them anew for each connection takes longer than its handshake."""
    place = Path(os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or DEFAULT_CA_BUNDLE_PATH)
    if not place.exists():
        raise NoCertificatesError
    context = create_urllib3_context()
    if place.is_dir():
        context.load_verify_locations(capath=place)
    else:
        context.load_verify_locations(cafile=place)
    return context
