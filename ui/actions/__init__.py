"""Every action as a row of data, and the menus built from them."""
