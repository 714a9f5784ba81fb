"""Reports as plain values: which time, what happened to each ticket, and the figures of it."""
