"""What is edited and not saved yet: by record and field, with undo, in words."""
