"""The windows: widgets only; never SQLAlchemy, psycopg or sqlite3."""
