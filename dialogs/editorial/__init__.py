"""How the words read: reading age, words to avoid, and whether anybody has reviewed them."""
