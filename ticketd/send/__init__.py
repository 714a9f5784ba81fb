"""Out: works the outbox off."""
