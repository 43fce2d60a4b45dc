"""Every page under a finger, a keyboard and a magnifying glass: sizes, order, focus, movement, borders, paper.

WCAG 2.2: 1.4.10 reflow, 2.3.3 movement, 2.4.3 order, 2.4.7 and 2.4.11 focus, 2.5.8 targets.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.browser import PATIENT_MS, chromium
from tests.web.samples import Sample, samples
from tests.web.stand_in import Broker

PHONE, MAGNIFIED = {"width": 360, "height": 740}, {"width": 320, "height": 256}  # 1280 by 1024 at 400 %
DECIDING = "approve.html", "live.html", "confirm.html", "sign_return.html"
# Every state of a page where somebody decides, and of the others the fullest, which stands first.
EVERY = samples()
FIRST = {sample.template: sample for sample in reversed(EVERY)}
SAMPLES = [one for one in EVERY if one is FIRST[one.template] or one.template in DECIDING]

# Whoever can be reached by Tab, in order, and whether he is seen at all.
REACHED = """
  const shown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && e.getClientRects().length > 0;
  const named = (e) => (e.outerHTML.slice(0, 90) + ' … ' + (e.textContent ?? '').trim().slice(0, 30));
  const reached = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]')]
    .filter((e) => shown(e) && e.tabIndex >= 0 && !e.disabled);
"""
# Smaller than 24 px, unless it stands in a line of text or a circle of 24 px around it touches no other (2.5.8).
SMALL = f"""least => {{ {REACHED}
  const box = (e) => (e.matches('input[type=checkbox], input[type=radio]') ? e.closest('label') ?? e : e).getBoundingClientRect();
  const inText = (e) => getComputedStyle(e).display === 'inline' && e.parentElement.textContent.trim() !== e.textContent.trim();
  const aimed = reached.filter((e) => !e.matches('.skip, [tabindex="-1"]') && e.tagName !== 'DIV' && e.tagName !== 'PRE');
  const apart = (e) => {{
    const r = box(e), x = r.x + r.width / 2, y = r.y + r.height / 2;
    return aimed.every((other) => {{
      if (other === e || other.contains(e) || e.contains(other)) return true;
      const o = box(other), dx = Math.max(o.left - x, 0, x - o.right), dy = Math.max(o.top - y, 0, y - o.bottom);
      return Math.hypot(dx, dy) >= 12;
    }});
  }};
  return aimed.filter((e) => {{ const r = box(e); return Math.min(r.width, r.height) < least && !inText(e) && !apart(e); }}).map(named);
}}"""
LOW = f"""() => {{ {REACHED}
  return reached.filter((e) => e.matches('main .btn, dialog .btn, .watch-bar .btn') && e.getBoundingClientRect().height < 43.5).map(named);
}}"""
# Each in turn takes the focus, as Tab gives it; then some of it has to be uncovered, and the ring is there.
FOCUSED = f"""() => {{ {REACHED}
  const wrong = [];
  for (const e of reached) {{
    if (e.tabIndex > 0) wrong.push('out of turn: ' + named(e));
    e.focus();
    if (document.activeElement !== e) continue;
    const style = getComputedStyle(e);
    const ring = e.matches('.chip input, .xterm-helper-textarea') || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2);
    if (e.matches(':focus-visible') && !ring) wrong.push('no ring: ' + named(e));
    const seen = [...e.getClientRects()].some((r) => [0.1, 0.5, 0.9].some((w) => [0.1, 0.5, 0.9].some((h) => {{
      const at = document.elementFromPoint(r.x + r.width * w, r.y + r.height * h);
      return at && (e.contains(at) || at.contains(e) && !at.matches('.watch-bar, .topbar, .watch-top') || at.closest('label')?.contains(e));
    }})));
    if (!seen && !e.matches('.xterm-helper-textarea')) wrong.push('covered: ' + named(e));
  }}
  return wrong;
}}"""
MOVING = "() => document.getAnimations().map((one) => one.animationName ?? one.transitionProperty)"


@pytest.fixture(scope="module")
def one() -> Iterator[Broker]:
    with chromium() as browser:
        made = Broker(browser)
        made.page.emulate_media(reduced_motion="reduce")
        yield made
        made.page.context.close()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_hands_and_eyes(one: Broker, sample: Sample) -> None:
    page = one.page
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    one.show(sample.template, sample.view, sample.shell)
    found: dict[str, Any] = {
        "targets under 24 px": page.evaluate(SMALL, 24),
        "low where somebody decides": page.evaluate(LOW) if sample.template in DECIDING else [],
        "moves": page.evaluate(MOVING),
    }
    page.keyboard.press("Tab")
    found["focus on a phone"] = page.evaluate(FOCUSED)
    page.set_viewport_size(MAGNIFIED)  # type: ignore[arg-type]
    page.wait_for_function("() => document.documentElement.scrollWidth <= 320", timeout=PATIENT_MS)
    found["focus at 400 %"] = page.evaluate(FOCUSED)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
