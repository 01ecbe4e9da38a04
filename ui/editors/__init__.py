"""One editor widget per kind of value."""
