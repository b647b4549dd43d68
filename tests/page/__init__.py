"""Tests that walk the pages as people do, in a browser."""
