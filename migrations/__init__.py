"""The history of the database's tables, one file a step. ``app.migrating`` walks through it."""
