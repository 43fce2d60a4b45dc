"""The pages on paper, and in a person's own colours: screens.md §6 and §8, WCAG 2.2 1.4.1 and 1.4.11."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.browser import chromium
from tests.web.samples import Sample, samples
from tests.web.stand_in import Broker

A4 = {"width": 672, "height": 980}  # what stands between the margins
DESK = {"width": 1440, "height": 900}
EVERY = samples()
FIRST = {sample.template: sample for sample in reversed(EVERY)}
# Whatever people print: every page that says what is so or was, in its fullest state, and all of an approval's.
SAMPLES = [one for one in EVERY if one is FIRST[one.template] or one.template == "approve.html"]

SHOWN = """
  const shown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: true })
    && e.getClientRects().length > 0;
  const named = (e) => e.outerHTML.slice(0, 100).replace(/\\s+/g, ' ');
"""
ON_PAPER = f"""() => {{ {SHOWN}
  const all = [...document.querySelectorAll('body *')].filter((e) => shown(e) && !e.closest('.xterm, .screen, svg, option'));
  const wrong = [];
  const say = (what, found) => wrong.push(...found.map((e) => what + ': ' + named(e)));
  say('for the hand', all.filter((e) => e.matches('button, .btn, [type=submit], nav, dialog, .leave, .watch-bar, .tools, .tabs, .skip')));
  const texts = all.filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && !e.closest('.vh, .badge-sev[data-sev=A]'));
  say('not black', texts.filter((e) => getComputedStyle(e).color !== 'rgb(0, 0, 0)'));
  say('not on white', texts.filter((e) => {{
    for (let up = e; up; up = up.parentElement) {{
      const ground = getComputedStyle(up).backgroundColor;
      if (ground === 'rgba(0, 0, 0, 0)') continue;
      return ground !== 'rgb(255, 255, 255)';
    }}
    return false;
  }}));
  say('head not repeated', all.filter((e) => e.matches('thead') && getComputedStyle(e).display !== 'table-header-group'));
  say('broken', all.filter((e) => e.matches('tr, .sheet, .note, .figures') && getComputedStyle(e).breakInside !== 'avoid'));
  say('cut off', all.filter((e) => e.matches('*:not(.vh, .vh *, textarea, input, select)') && getComputedStyle(e).overflow !== 'visible'
    && (e.scrollHeight > e.clientHeight + 2 || e.scrollWidth > e.clientWidth + 2)));
  say('digest not whole', all.filter((e) => e.matches('.digest[data-full]')
    && !getComputedStyle(e, '::after').content.includes(e.dataset.full)));
  say('folded', [...document.querySelectorAll('main details > :not(summary)')].filter((e) => e.textContent.trim() && !shown(e)
    && !e.closest('[hidden]') && !e.matches('form, .btn, button')));
  say('marks not printed', all.filter((e) => e.matches('.state') && getComputedStyle(e, '::before').printColorAdjust !== 'exact'));
  if (document.documentElement.scrollWidth > innerWidth) wrong.push('wider than the paper: ' + document.documentElement.scrollWidth);
  return wrong;
}}"""


@pytest.fixture(scope="module")
def one() -> Iterator[Broker]:
    with chromium() as browser:
        made = Broker(browser)
        yield made
        made.page.context.close()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_on_paper(one: Broker, sample: Sample) -> None:
    """Nothing for the hand, black on white whatever the theme, rows and sheets whole, digests in full."""
    page = one.page
    page.set_viewport_size(A4)  # type: ignore[arg-type]
    page.emulate_media(media="print", color_scheme="dark", forced_colors="none")
    one.show(sample.template, sample.view, sample.shell)
    for theme in ("dark", "light"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        assert page.evaluate(ON_PAPER) == []


# Where colours are the reader's: each mark still has its shape, each thing for the hand its border, the focus its ring.
FORCED = f"""() => {{ {SHOWN}
  const wrong = [];
  const all = [...document.querySelectorAll('body *')].filter(shown);
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.cssText = 'color: CanvasText; background: Canvas; forced-color-adjust: none';
  const {{ color: ink, backgroundColor: ground }} = getComputedStyle(probe);
  probe.remove();
  const drawn = (style, ring) => ring ? style.borderTopColor === ink && parseFloat(style.borderTopWidth) > 0 && style.backgroundColor !== ink
    : style.backgroundColor === ink;
  const marks = [
    ...all.filter((e) => e.matches('.state, .live')).map((e) => [e, getComputedStyle(e, '::before'), e.matches('.state-off'), e.matches('.state-wait')]),
    ...all.filter((e) => e.matches('.feed .sev')).map((e) => [e.parentElement, getComputedStyle(e),
      e.closest('[data-sev]').dataset.sev === 'fatto', e.closest('[data-sev]').dataset.sev === 'attenzione']),
  ];
  for (const [e, style, ring, triangle] of marks) {{
    if (!drawn(style, ring)) wrong.push('mark: ' + named(e));
    if ((style.clipPath !== 'none') !== triangle) wrong.push('shape: ' + named(e));
    const square = e.matches('.state-stop, [data-sev=grave]');
    if (!triangle && (style.borderTopLeftRadius === '0px') !== square) wrong.push('corner: ' + named(e));
  }}
  const bordered = all.filter((e) => e.matches('.btn:not(.copy .btn), input.input, select.input, textarea.input'));
  wrong.push(...bordered.filter((e) => {{
    const style = getComputedStyle(e);
    return style.borderTopStyle === 'none' || parseFloat(style.borderTopWidth) < 1 || style.borderTopColor === ground;
  }}).map((e) => 'no border: ' + named(e)));
  return wrong;
}}"""
RING = """() => { const s = getComputedStyle(document.activeElement), ground = getComputedStyle(document.body).backgroundColor;
  return document.activeElement.matches('body, iframe') || s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 && s.outlineColor !== ground }"""


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_in_forced_colours(one: Broker, sample: Sample) -> None:
    """Circle, triangle, square and ring stay what they are; buttons and fields keep borders, the focus its ring."""
    page = one.page
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.emulate_media(media="screen", color_scheme="light", forced_colors="active", reduced_motion="reduce")
    one.show(sample.template, sample.view, sample.shell)
    assert page.evaluate(FORCED) == []
    for _ in range(3):
        page.keyboard.press("Tab")
        assert page.evaluate(RING), "no ring"
