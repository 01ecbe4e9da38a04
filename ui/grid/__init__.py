"""The table of records: view, header, filter row, cell painting."""
