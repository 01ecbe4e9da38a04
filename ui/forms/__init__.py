"""Record forms generated from the schema."""
