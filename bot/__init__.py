"""What runs: the channels, and the one place where a turn is put together."""
