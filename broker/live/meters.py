"""What runs here, counted: for whoever keeps the broker running. No name of a customer or a person is ever a label.

Counters grow where the thing happens; what is a state of the moment is set when somebody asks (`cases.measure`).
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_HTTP_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_APPEND_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)


class Meters:
    """Of one broker, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()

        def gauge(name: str, words: str, *labels: str) -> Gauge:
            return Gauge(f"verbale_{name}", words, labels, registry=registry)

        def counter(name: str, words: str, *labels: str) -> Counter:
            return Counter(f"verbale_{name}", words, labels, registry=registry)

        self.http = Histogram(
            "verbale_http_seconds",
            "Time to the beginning of an answer, by route as the API describes it.",
            ("method", "route", "status"),
            buckets=_HTTP_S,
            registry=registry,
        )
        self.appended = Histogram(
            "verbale_log_append_seconds",
            "Time of a transaction on a log, its commit and its wait for others that share it.",
            buckets=_APPEND_S,
            registry=registry,
        )
        self.job_runs = counter("job_runs", "Turns of a job.", "job")
        self.job_failures = counter("job_failures", "Turns of a job that ended by a fault.", "job")
        self.mail_failures = counter("mail_failures", "Mails that a server did not take, each try.")
        self.carried = counter("relay_bytes", "Bytes of sessions' channels.", "direction")
        self.agents = gauge("agents_connected", "Hosts whose agent is connected.")
        self.sessions = gauge("sessions_live", "Sessions that are ordered, run or are paused.")
        self.queue = gauge("queue_length", "Incidents that may be worked on and wait.")
        self.queue_age = gauge("queue_oldest_seconds", "For how long the first of them waits.")
        self.records = gauge("log_records", "Records in all logs.")
        self.head_age = gauge(
            "checkpoint_age_seconds",
            "Since the last record of the log that was quiet longest; each beats daily.",
        )
        self.closed = gauge("logs_closed", "Logs that take nothing more, because their check failed.")
        self.outbox = gauge("outbox_waiting", "Letters whose time has come and that wait.")
        self.outbox_age = gauge("outbox_oldest_seconds", "For how long the oldest of them waits.")
        self.webhooks = gauge("webhooks", "Webhooks by state.", "state")
        self.webhook_lag = gauge(
            "webhook_lag_seconds", "For how long the webhook in longest trouble delivers nothing."
        )
        self.webhook_behind = gauge(
            "webhook_behind_records", "Records that the webhook furthest behind has to look at."
        )

    def text(self) -> bytes:
        """In Prometheus's text format."""
        return generate_latest(self._registry)
