"""Sizes: modules of at most 300 lines, functions of at most 40, no left-over markers.

A longer function says why on its `def` line: `# long: REASON`.
"""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULE_LINES = 300
FUNCTION_LINES = 40
MARKERS = ("TO" + "DO", "FIX" + "ME", "XX" + "X:")


def oversized_functions(path: Path, text: str) -> list[str]:
    """Name each function of the module that is too long and gives no reason."""
    lines = text.splitlines()
    found = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        head = "\n".join(lines[node.lineno - 1 : node.body[0].lineno])
        if length > FUNCTION_LINES and "# long:" not in head:
            found.append(f"{path}:{node.lineno}: {node.name} has {length} lines")
    return found


def problems(path: Path) -> list[str]:
    """List what is wrong with one module."""
    text = path.read_text()
    name = path.relative_to(ROOT)
    count = len(text.splitlines())
    found = [f"{name}: {count} lines"] if count > MODULE_LINES else []
    found += [f"{name}: left-over marker {mark}" for mark in MARKERS if mark in text]
    return found + oversized_functions(name, text)


def main() -> int:
    """Check every module of the project; 1 if anything is over its size."""
    modules = [
        p for top in ("bot", "handlers", "tests") for p in sorted((ROOT / top).rglob("*.py"))
    ]
    found = [line for path in modules for line in problems(path)]
    for line in found:
        print(line)
    print(f"sizes: {len(modules)} modules, {len(found)} over their size")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
