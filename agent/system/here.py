"""The operating system of this machine, part by part: what the rest of the agent imports."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from agent.system.windows.whole import WINDOWS as HERE
elif sys.platform == "darwin":
    from agent.system.macos import MACOS as HERE
else:
    from agent.system.linux import LINUX as HERE

accounts = HERE.accounts
clocks = HERE.clocks
desktop = HERE.desktops
door = HERE.door
files = HERE.files
identity = HERE.identity
keeper = HERE.keeper
name = HERE.name
lifecycle = HERE.lifecycle
network = HERE.network
people = HERE.people
publishers = HERE.publishers
screens = HERE.screens
seats = HERE.seats
table = HERE.table
