"""The engines that every test of the rules runs on. PySpark joins when UTOVER_SPARK=1."""

import os

ENGINES: list[str] = ["polars", "duckdb", *(["pyspark"] if os.environ.get("UTOVER_SPARK") == "1" else [])]
