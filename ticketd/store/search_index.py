"""The index behind the search: FTS5 with trigrams on SQLite, pg_trgm on PostgreSQL.

Trigrams, because Thai is written without spaces: whoever looks for words finds nothing in it.
"""

_ADD = "INSERT INTO search_index(rowid, folded) VALUES (new.id, new.folded);"
_REMOVE = (
    "INSERT INTO search_index(search_index, rowid, folded) VALUES ('delete', old.id, old.folded);"
)
_TABLE = (
    "fts5(folded, content='search_text', content_rowid='id', tokenize='trigram case_sensitive 1')"
)
SQLITE = (
    f"CREATE VIRTUAL TABLE search_index USING {_TABLE}",
    # Whoever writes a row: the index never knows another text than the table.
    f"CREATE TRIGGER search_text_added AFTER INSERT ON search_text BEGIN {_ADD} END",
    f"CREATE TRIGGER search_text_removed AFTER DELETE ON search_text BEGIN {_REMOVE} END",
    f"CREATE TRIGGER search_text_changed AFTER UPDATE OF folded ON search_text BEGIN {_REMOVE} {_ADD} END",
)
POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX search_index ON search_text USING gin (folded gin_trgm_ops)",
)


def statements(dialect: str) -> tuple[str, ...]:
    """What makes the index on this database."""
    return SQLITE if dialect == "sqlite" else POSTGRESQL
