"""Reports for people and programs: gathered from the store; as text, as a page, as a mail, as CSV and JSON."""
