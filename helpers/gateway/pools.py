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
from urllib3 import BaseHTTPResponse, PoolManager, ProxyManager, Timeout, make_headers
from urllib3.exceptions import LocationValueError
from urllib3.util import create_urllib3_context, parse_url

from helpers.gateway.deadline import POOLS

#: The most hosts whose connections are kept; Twilio has about fifteen.
_HOSTS = 32


class SocksProxyError(Exception):
    """The environment names a SOCKS proxy.  Nothing was sent."""


class NoCertificatesError(Exception):
    """The environment names a file of certificates that is not there.  Nothing was sent."""


class Pools:
    """
    The kept connections.

    Args:
        most: How many are kept to a host.

        from_environment: Whether its proxy and certificates apply; they must not apply to loopback.
    """

    def __init__(self, *, most: int, from_environment: bool) -> None:
        self._most, self._from_environment = most, from_environment
        self._making = Lock()
        #: The proxy to each host, "" for none: to find it takes longer than to send a request.
        self._proxies: dict[tuple[str, str], str] = {}
        self._managers: dict[str, PoolManager] = {}
        self._trusted: SSLContext | None = None

    def send(
        self, method: str, url: str, *, body: str | None, headers: Mapping[str, str], timeout: Timeout
    ) -> BaseHTTPResponse:
        """
        Send one request, once, and return the answer with its body unread.

        Raises:
            Exception: Whatever urllib3 raises, and the two of this file.  It may hold the credentials.
        """
        return self._manager_to(url).urlopen(
            method,
            url,
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
        for manager in self._managers.values():
            manager.clear()

    def _manager_to(self, url: str) -> PoolManager:
        parts = urlsplit(url)
        host = parts.scheme, parts.netloc
        # One at a time: of two managers to a host, only one keeps its connections.
        with self._making:
            if host not in self._proxies:
                proxy = select_proxy(url, get_environ_proxies(url)) if self._from_environment else None
                self._proxies[host] = proxy or ""
            proxy = self._proxies[host]
            if proxy not in self._managers:
                self._managers[proxy] = self._make_manager(proxy)
            return self._managers[proxy]

    def _make_manager(self, proxy: str) -> PoolManager:
        if not self._from_environment:
            trusted = None
        else:
            self._trusted = trusted = self._trusted or _load_certificates()
        if not proxy:
            manager = PoolManager(_HOSTS, maxsize=self._most, ssl_context=trusted)
        elif proxy.lower().startswith("socks"):
            raise SocksProxyError
        else:
            address = proxy if "://" in proxy else f"http://{proxy}"
            if not parse_url(address).host:
                raise LocationValueError("The proxy has no host.")
            username, password = get_auth_from_url(address)
            manager = ProxyManager(
                address,
                _HOSTS,
                proxy_headers=make_headers(proxy_basic_auth=f"{username}:{password}") if username else None,
                proxy_ssl_context=trusted,
                maxsize=self._most,
                ssl_context=trusted,
            )
        manager.pool_classes_by_scheme = POOLS
        return manager


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
