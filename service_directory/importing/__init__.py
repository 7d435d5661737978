"""Other people's directories in: read, cleaned, compared, staged, and applied when a steward says so."""
