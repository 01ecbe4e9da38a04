"""What a database holds: described, mapped to classes, related, labelled, its rules known in advance."""
