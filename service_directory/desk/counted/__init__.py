"""What was counted, as people read it: at the desk, at the command line, and in a report for commissioners."""
