"""The command line without a window: export and import."""
