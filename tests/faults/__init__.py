"""Faults made on purpose: killed processes, broken servers, full disks."""
