"""The newsroom sample database: its declarative models, its content, its file."""
