"""Bots at work over HTTP: ours as it serves, with every turn committed, beside echo bots that keep nothing."""
