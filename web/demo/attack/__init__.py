"""DEMO: `verbale demo --attack stolen-broker`: everything a thief of the broker can try, really tried.

The forging kit lives here, above the broker, which cannot import it. Who judges is never this code: the
real agent, the real `verbale-verify`, a real witness, a real browser.
"""
