"""One module per kind of value: parse what a person types, show what is stored, compare."""
