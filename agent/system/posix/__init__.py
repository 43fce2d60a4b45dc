"""What Linux and macOS do alike."""
