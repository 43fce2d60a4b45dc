"""What a report prints of the log's head beside size and root."""

from __future__ import annotations

import base64

from audit.canonical import Value
from broker.cases.gather_month import Material


def printed_head(
    material: Material, evidence: dict[str, Value], figures: dict[str, Value]
) -> dict[str, Value]:
    """Each line is checked for itself by whoever verifies (FORMAT.md §11)."""
    names = {h.id: h.label for h in material.estate.hosts} | material.external
    signed = base64.b64encode(material.head.root).decode()
    return {
        "state": "intact" if evidence["log"]["root"] == signed else "altered",
        "vkey": material.vkey.text,
        "key_id": material.vkey.key_id.hex(),
        "checkpoint": material.head.note.decode(),
        "checked": figures["report"]["issued"],
        "quorum": material.quorum,
        "witnesses": [
            {"name": names.get(c.host, c.host), "size": c.size, "state": "agrees", "time": c.received}
            | ({"external": True} if c.host in material.external else {})
            for c in material.cosigned
            if c.size <= material.head.size
        ],
    }
