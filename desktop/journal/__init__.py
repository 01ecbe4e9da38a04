"""Rowkeeper's own files about the person's work: drafts not saved, and what was saved, to be taken back."""
