"""The guided tour that drives the real window and checks the database behind it."""
