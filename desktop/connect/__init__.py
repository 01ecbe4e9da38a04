"""Profiles, passwords, engines, what a backend can do, and driver errors read into faults."""
