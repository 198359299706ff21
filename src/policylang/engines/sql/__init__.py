"""Plans as SQL for DuckDB, Spark and PostgreSQL."""
