"""Hostile input: rows C and G of docs on reliability, and a fuzzer."""
