"""The two ways evidence can fail to be read: its form is wrong, or its signature is."""

from __future__ import annotations


class Malformed(ValueError):
    """Bytes that are not the one accepted spelling of what they claim to be.

    The message is one sentence, safe to show: it never quotes the offending bytes.
    """


class BadSignature(ValueError):
    """A signature that does not belong to these bytes and this key."""
