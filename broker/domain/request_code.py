"""The code by which a mail names a request: ``[AUT-ABCDE-FGHIJ-KLMNO-PQRST]`` (requirements.md C-06).

It says which request of which customer is meant, nobody can make one up, and it opens nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

_KEY = b"verbale/request-code/key/v1"
_TAG = b"verbale/request-code/v1\n"
_ID = re.compile(r"r-([0-9a-f]{8})")
_CODE = re.compile(r"\bAUT-([A-Z2-7]{5})-([A-Z2-7]{5})-([A-Z2-7]{5})-([A-Z2-7]{5})\b", re.IGNORECASE)
_MAC_BYTES = 8
MOST = 16  # codes looked at in one mail


def request_code(wrapping: bytes, tenant: str, request: str) -> str:
    """Without the brackets. `wrapping` is the broker's own key; `request` as `ask` names them."""
    found = _ID.fullmatch(request)
    if found is None:
        raise ValueError("no request's id")
    data = bytes.fromhex(found[1]) + _mac(wrapping, tenant, request)
    text = base64.b32encode(data).decode().rstrip("=")
    return "AUT-" + "-".join(text[at : at + 5] for at in range(0, 20, 5))


def named(text: str) -> list[str]:
    """The ids of the requests whose codes stand in a text, each once; whether they are true, `fits` says."""
    ids = [_request("".join(groups)) for groups in _CODE.findall(text)[:MOST]]
    return list(dict.fromkeys(one for one in ids if one is not None))


def fits(wrapping: bytes, tenant: str, request: str, text: str) -> bool:
    """Whether the text holds the code of this request of this customer."""
    right = request_code(wrapping, tenant, request)
    return any(
        hmac.compare_digest("AUT-" + "-".join(groups).upper(), right) for groups in _CODE.findall(text)[:MOST]
    )


def _request(code: str) -> str | None:
    data = base64.b32decode(code.upper() + "====")
    return f"r-{data[:4].hex()}" if len(data) == 4 + _MAC_BYTES else None


def _mac(wrapping: bytes, tenant: str, request: str) -> bytes:
    key = hmac.digest(wrapping, _KEY, hashlib.sha256)
    return hmac.digest(key, _TAG + f"{tenant}\n{request}".encode(), hashlib.sha256)[:_MAC_BYTES]
