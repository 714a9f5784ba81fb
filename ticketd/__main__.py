"""`python -m ticketd` is the `ticketd` command."""

from ticketd.cli import main

if __name__ == "__main__":
    main()
