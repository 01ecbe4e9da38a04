"""Plain data every layer shares: keys, refusals, cancelling, the person's folders."""
