"""Acts: what customers and agents do to tickets, each in the caller's transaction."""
