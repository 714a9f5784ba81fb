"""Decisions: pure functions over plain values; nothing here touches the world."""
