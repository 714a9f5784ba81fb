"""Doors: every one puts envelope and raw bytes into the inbox before it says yes."""
