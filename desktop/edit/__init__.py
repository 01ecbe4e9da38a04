"""Everything that writes: change sets, units that save them, bulk statements, upserts, refusals in words."""
