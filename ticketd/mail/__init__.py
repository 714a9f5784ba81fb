"""Bytes: the only room that knows MIME and templates."""
