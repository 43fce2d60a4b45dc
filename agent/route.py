"""Where the broker is and how to get there: address, proxy and authorities, judged once before anything is dialled."""

from __future__ import annotations

import ipaddress
import ssl
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit


class NotAllowed(ValueError):
    """An address the agent does not dial."""


class ProxyNotUsable(ValueError):
    """A setting that names no HTTP proxy; `shown` is it without the password that may stand in it."""

    def __init__(self, proxy: str) -> None:
        super().__init__("not an HTTP proxy")
        before, at, host = proxy.rpartition("@")
        scheme = before.partition("://")[0] + "://" if "://" in before else ""
        self.shown = f"{scheme}…@{host}" if at else proxy


@dataclass(frozen=True, slots=True)
class Route:
    """`proxy` None: straight. `ca_file` replaces the system's authorities, for a broker with a private one."""

    broker: str
    proxy: str | None = None
    ca_file: Path | None = None

    @property
    def plain(self) -> bool:
        return check_broker(self.broker).scheme == "http"

    def url(self, path: str) -> str:
        """The WebSocket address of a path at the broker."""
        parts = check_broker(self.broker)
        return f"{'ws' if parts.scheme == 'http' else 'wss'}://{parts.netloc}{path}"

    def tls(self) -> ssl.SSLContext | None:
        """Verifies name and chain; None on loopback, where plain is allowed. `OSError` for a useless `ca_file`."""
        return None if self.plain else ssl.create_default_context(cafile=self.ca_file)


def check_broker(broker: str) -> SplitResult:
    """The broker's origin; plain HTTP only where nobody is between (decisions.md §12)."""
    parts = urlsplit(broker)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise NotAllowed("the broker's address is not an http(s) origin")
    if parts.username is not None or parts.query or parts.fragment:
        raise NotAllowed("the broker's address holds more than an origin")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise NotAllowed("plain http is for this machine alone; the broker needs https")
    return parts


def is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761 §6.3
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def proxy_to(broker: str, told: str | None) -> str | None:
    """The proxy on the way to the broker: the one we were told, else the environment's (`https_proxy`,
    `no_proxy`), which is for the world outside and not for this machine."""
    parts = check_broker(broker)
    if told is not None:
        return check_proxy(told)
    if parts.scheme == "http" or urllib.request.proxy_bypass(parts.netloc):
        return None
    found = urllib.request.getproxies().get("https")
    return None if found is None else check_proxy(found)


def check_proxy(proxy: str) -> str:
    """As it was given, its scheme added where it had none; `ProxyNotUsable` for what is no HTTP proxy."""
    whole = proxy if "://" in proxy else f"http://{proxy}"
    try:
        parts = urlsplit(whole)
        is_whole = parts.port != 0 and (parts.username is None or parts.password is not None)
    except ValueError as wrong:  # a port that is no number, brackets that do not close
        raise ProxyNotUsable(proxy) from wrong
    more = parts.path not in ("", "/") or parts.query or parts.fragment
    if parts.scheme not in ("http", "https") or not parts.hostname or more or not is_whole:
        raise ProxyNotUsable(proxy)
    return whole
