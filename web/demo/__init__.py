"""The demo: its people, its company, its doors. Nothing outside it imports it."""
