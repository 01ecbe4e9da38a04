"""Everything that writes: change sets, the unit that saves them, bulk statements, upserts, refusals in words."""
