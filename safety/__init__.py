"""What keeps a man safe whatever a flow says. Pure: no network, no database, no clock, no chance."""
