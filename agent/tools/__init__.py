"""Licensed remote-control tools: what is known of each, its own log, and runs that nobody allowed."""
