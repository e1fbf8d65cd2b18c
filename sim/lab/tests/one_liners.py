"""Runs every example of SWEEPS.md that reads the results of a sweep, in the folder of one.

Usage: python one_liners.py SWEEPS.md SWEEP_FOLDER
Output: {"sql": [[row, ...], ...], "python": number of examples}
"""

import json
import os
import re
import sys

import duckdb

text = open(sys.argv[1], encoding="utf-8").read()
os.chdir(sys.argv[2])
queries = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
programs = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
rows = [duckdb.sql(query).fetchall() for query in queries]
for program in programs:
    exec(compile(program, "SWEEPS.md", "exec"), {})
print("\n" + json.dumps({"sql": rows, "python": len(programs)}))
