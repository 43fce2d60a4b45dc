"""DEMO: a month that went by before the demo began. Clock, people and hosts are simulated; signatures and records are not."""
