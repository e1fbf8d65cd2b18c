"""Lets happysim, which is written for Python 3.13, run on Python 3.11.

happysim needs the newer version for one thing only: the headers of its generic classes and functions (PEP 695). This program rewrites
those headers in the installed package, `class Queue[T](ABC)` to `class Queue(ABC, Generic[T])`, and touches no statement
that is executed during a simulation. On Python 3.12 and newer it does nothing.

usage: backport.py PACKAGE_FOLDER
"""

import pathlib
import re
import sys

HEADER = re.compile(r"^(class|def) (\w+)\[([^\]]+)\](\((.*)\))?", re.MULTILINE)


def backport(source):
    """The same source without type parameters in its headers."""
    names = set()

    def header(match):
        keyword, name, parameters, parenthesis, inner = match.groups()
        # `T: Bound` is `T` to a program that is only run.
        variables = [parameter.split(":")[0].strip() for parameter in parameters.split(",")]
        names.update(variables)
        if keyword == "def":
            return f"def {name}{parenthesis or ''}"
        bases = [base for base in [inner, f"Generic[{', '.join(variables)}]"] if base]
        return f"class {name}({', '.join(bases)})"

    changed = HEADER.sub(header, source)
    if not names:
        return source
    lines = ["from typing import Generic, TypeVar", *(f'{name} = TypeVar("{name}")' for name in sorted(names))]
    # Below the documentation string and the imports from __future__, which must stand first.
    place = 0
    for match in re.finditer(r'\A(\s*#[^\n]*\n)*\s*("""(?s:.*?)""")\n|^from __future__ import [^\n]*\n', changed, re.MULTILINE):
        place = match.end()
    return changed[:place] + "\n" + "\n".join(lines) + "\n" + changed[place:]


def main():
    if sys.version_info >= (3, 12):
        return
    for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        changed = backport(source)
        if changed != source:
            path.write_text(changed, encoding="utf-8")


if __name__ == "__main__":
    main()
