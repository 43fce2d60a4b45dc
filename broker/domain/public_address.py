"""Which addresses belong to the public Internet: nothing of ours calls into a network of the vendor's for somebody."""

from __future__ import annotations

import ipaddress

# Addresses in which another one is written: what lies behind them is judged (RFC 6052, 3056, 4380).
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_public(address: Address) -> bool:
    """Whether it belongs to the public Internet, and hides no address that does not."""
    if isinstance(address, ipaddress.IPv6Address):
        hidden = address.ipv4_mapped or address.sixtofour
        if hidden is None and any(address in net for net in _NAT64):
            hidden = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if hidden is not None:
            return is_public(hidden)
        if address.teredo is not None or address.scope_id is not None:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_named(host: str, port: int, inside: frozenset[str]) -> bool:
    """Whether the operator named it: as ``host``, or with the one port that may be called."""
    return host in inside or f"{host}:{port}" in inside


def names_inside(host: str) -> bool:
    """Whether the very name says that it leads inside, without asking anybody: an address that is not public, or this
    machine (RFC 6761, 6.3)."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return not is_public(ipaddress.ip_address(host))
    except ValueError:
        return False  # a name: where it leads is judged at each call
