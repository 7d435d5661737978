"""An entry as whoever keeps it right sees and changes it: read back out of the tables, changed in parts, compared."""
