"""What the attack prints, as it happens."""

from __future__ import annotations

from web.demo.attack.outcome import Attempt, Ledger, Outcome, Words


def chapter(title: Words) -> None:
    print(f"\n{title.it.upper()}\n{title.en}\n", flush=True)


def tell(ledger: Ledger, attempt: Attempt, outcome: Outcome) -> None:
    print("\n".join(ledger.add(attempt, outcome)), flush=True)


def close(ledger: Ledger) -> None:
    print("\n" + "\n".join(ledger.closing()), flush=True)
