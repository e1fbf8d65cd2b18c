"""The numbers of a report, recomputed from the Parquet files of its run by DuckDB alone.

usage: report_numbers.py RUN

Prints JSON. Means are over replications, those in which nobody was stranded included where the report does so.
"""

import json
import sys
from pathlib import Path

import duckdb

RUN = Path(sys.argv[1])
EPISODES = f"(select * from '{RUN / 'episodes.parquet'}' where arm = 'baseline' and counted)"
TIMELINE = f"(select * from '{RUN / 'timeline.parquet'}' where arm = 'baseline')"
# What the charts over the day show: from six in the morning to four in the afternoon of the next day.
MIDNIGHT = json.loads((RUN / "summary.json").read_text())["day"]["midnight_unix_s"]
DRAWN = f"(select * from {TIMELINE} where time_unix >= {MIDNIGHT} + 6 * 3600 and time_unix < {MIDNIGHT} + 40 * 3600)"
# A person counts once, at the first counted episode.
FIRST = f"""(select replication, person, arg_min(class, (began_ms, episode)) as class, arg_min(place, (began_ms, episode)) as place
  from {EPISODES} group by replication, person)"""


def rows(query):
    table = duckdb.sql(query)
    return [dict(zip(table.columns, row, strict=True)) for row in table.fetchall()]


def value(query):
    return duckdb.sql(query).fetchall()[0][0]


replications = value(f"select count(distinct replication) from {TIMELINE}")
print(
    json.dumps(
        {
            "people": value(f"select count(*) from {FIRST}") / replications,
            "hours": value(f"select sum(ended_ms - began_ms) / 3.6e6 from {EPISODES}") / replications,
            "median_minutes": value(
                f"select avg(m) from (select quantile_cont(minutes, 0.5) as m from {EPISODES} group by replication)"
            ),
            "by_class": rows(f"select class, count(*) / {replications} as people from {FIRST} group by class"),
            "by_place": rows(
                f"""select place, sum(hours) / {replications} as hours, min(hours) as least, max(hours) as most, count(*) as seen
                from (select place, replication, sum(ended_ms - began_ms) / 3.6e6 as hours from {EPISODES} group by all)
                group by place order by hours desc"""
            ),
            "relief": rows(
                f"""select relief, sum(share) / {replications} as share from (
                  select replication, relief, count(*) / sum(count(*)) over (partition by replication) as share
                  from {EPISODES} group by replication, relief) group by relief order by share desc"""
            ),
            "money": value(
                f"""select sum(value) / {replications} from '{RUN / "replications.parquet"}' where arm = 'baseline'
                and metric in ('compensation_krw', 'locksmith_krw', 'lost_revenue_krw')"""
            ),
            "recovery_minutes": value(
                f"""select avg(back.value - down.value) * 60 from '{RUN / "replications.parquet"}' down
                join '{RUN / "replications.parquet"}' back using (arm, replication) where arm = 'baseline'
                and down.metric = 'service.down_hour' and back.metric = 'service.recovered_hour'"""
            ),
            "replications": replications,
            # Buckets of five minutes, as the chart has them for a run of a day or longer.
            "peak": rows(
                f"""select bucket, people from (
                  select time_unix // 300 * 300 as bucket,
                    sum(stranded_unlock + stranded_return + stranded_start) / count(*) as people
                  from {DRAWN} group by bucket) order by people desc, bucket desc limit 1"""
            ),
            "attempts_peak": rows(
                f"""select bucket, per_second from (
                  select time_unix // 300 * 300 as bucket, sum(attempts) / count(*) / 60 as per_second
                  from {DRAWN} group by bucket) order by per_second desc, bucket desc limit 1"""
            ),
        }
    )
)
