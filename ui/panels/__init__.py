"""What stands beside the grid: the record at hand, the changes not saved."""
