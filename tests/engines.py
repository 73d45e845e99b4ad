"""The engines that the tests run on. PySpark, an extra, joins where UTOVER_SPARK=1 says it is installed."""

import os

ENGINES = ["polars", "duckdb"]
"""Every random world is rated on each of these, beside the reference."""

COMPARED = ["duckdb", *(["pyspark"] if os.environ.get("UTOVER_SPARK") == "1" else [])]
"""What is held against Polars on the usage of all hand-worked cases: they plan long, however little they rate."""
