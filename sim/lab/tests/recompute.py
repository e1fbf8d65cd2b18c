"""Recomputes metrics of every arm and replication from episodes.parquet with DuckDB and with Polars; prints them as JSON.

Usage: python recompute.py RUN_FOLDER
Output: {"duckdb": [{"arm": ..., "replication": ..., "stranded_people": ..., ...}, ...], "polars": [...]}
"""

import json
import pathlib
import sys

import duckdb
import polars

EPISODES = pathlib.Path(sys.argv[1]) / "episodes.parquet"
QUANTILES = {"stranded_minutes.p50": 0.5, "stranded_minutes.p90": 0.9, "stranded_minutes.p99": 0.99}
CHANNELS = ["server", "offline_key", "call_centre", "staff", "advice", "locksmith", "gave_up", "censored"]


def with_duckdb():
    quantiles = ", ".join(f'quantile_cont(minutes, {share}) AS "{name}"' for name, share in QUANTILES.items())
    shares = ", ".join(f"avg((relief = '{channel}')::INT) AS \"relief.{channel}\"" for channel in CHANNELS)
    table = duckdb.execute(
        f"""
        SELECT arm, replication, count(DISTINCT person) AS stranded_people,
               sum((ended_ms - began_ms) / 3600000.0) AS stranded_hours,
               max(minutes) AS "stranded_minutes.max", {quantiles}, {shares}
        FROM read_parquet(?) WHERE counted GROUP BY arm, replication
        """,
        [str(EPISODES)],
    )
    names = [column[0] for column in table.description]
    return [dict(zip(names, row, strict=True)) for row in table.fetchall()]


def with_polars():
    return (
        polars.scan_parquet(EPISODES)
        .filter("counted")
        .group_by("arm", "replication")
        .agg(
            polars.col("person").n_unique().alias("stranded_people"),
            ((polars.col("ended_ms") - polars.col("began_ms")) / 3_600_000).sum().alias("stranded_hours"),
            polars.col("minutes").max().alias("stranded_minutes.max"),
            *[polars.col("minutes").quantile(share, "linear").alias(name) for name, share in QUANTILES.items()],
            *[(polars.col("relief") == channel).mean().alias(f"relief.{channel}") for channel in CHANNELS],
        )
        .collect()
        .to_dicts()
    )


print(json.dumps({"duckdb": with_duckdb(), "polars": with_polars()}))
