"""Keeps track of a small fleet of cargo vessels."""
