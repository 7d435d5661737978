"""What an operator sees of a running process: figures, health and the log. Nothing of any man is in them."""
