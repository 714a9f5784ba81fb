"""SQL: the only room that knows SQLAlchemy."""

from sqlalchemy.orm import Session

__all__ = ["Session"]
