"""Coming to the desk and leaving it: links that were emailed, the second factor, signing out."""
