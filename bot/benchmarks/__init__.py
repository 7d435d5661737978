"""The engine beside others on one conversation: `measuring` runs them, one module each says how the others do it."""
