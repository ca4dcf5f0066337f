"""Tests of what a browser shows."""
