"""Everything Rowkeeper does without a widget: databases, records, changes, files."""
