"""Links that open a prefilled mail (RFC 6068)."""

from urllib.parse import quote


def mailto(address: str, subject: str, body: str) -> str:
    """Nothing happens before a person sends that mail."""
    return f"mailto:{quote(address, safe='@+.')}?subject={quote(subject, safe='')}&body={quote(body, safe='')}"
