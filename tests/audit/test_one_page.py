"""Modules become one script, each behind what it needs; a page's policy names what may run in it."""

from __future__ import annotations

import base64
import hashlib

from audit.one_page import filled, joined
from audit.player.page import page


def test_modules_stand_behind_what_they_need() -> None:
    sources = {
        "a.js": 'import { one } from "./b.js";\nimport { two } from "./c.js";\nexport const three = one + two;\n',
        "b.js": 'import { two } from "./c.js";\nexport const one = two - 1;\n',
        "c.js": "export function two() {}\n",
    }
    made = joined(sources, "a.js")
    assert [made.index(f"const module_{name} =") for name in "cba"] == sorted(
        made.index(f"const module_{name} =") for name in "abc"
    )
    assert "const { one } = module_b;" in made
    assert "return { three };" in made
    assert "import " not in made


def test_the_policy_names_script_and_style() -> None:
    made = filled("@STYLE@|@SCRIPT@|@STYLE_DIGEST@|@SCRIPT_DIGEST@", {"STYLE": "s", "SCRIPT": "x @A@"})
    digests = [base64.b64encode(hashlib.sha256(one).digest()).decode() for one in (b"s", b"x @A@")]
    assert made.decode() == "s|x @A@|" + "|".join(f"sha256-{one}" for one in digests)


def test_the_player_holds_its_modules() -> None:
    assert b"module_painter" in page()
    assert b"@" not in page().replace(b"@media", b"")
