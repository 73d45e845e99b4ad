"""Bytes to sheets of text, one module a kind of file."""
