"""A view becomes one Select and is read by key: filter, order, blocks, look-ups."""
