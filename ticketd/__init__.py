"""ticketd: a support desk that speaks only email."""
