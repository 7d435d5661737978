"""The stewards' side of the desk: what is due, proposals, entries, and what is recorded of them."""
