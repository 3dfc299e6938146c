"""What is read in one go stays short: files of 400 lines at most, functions of 40."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 40


def sources(root: Path) -> Iterator[Path]:
    """Give what people write here in Python and TypeScript, but nothing that is installed or cached."""
    for folder, folders, files in root.walk():
        folders[:] = [name for name in folders if not name.startswith(".") and name != "node_modules"]
        for name in files:
            if name.endswith((".py", ".pyi", ".ts")):
                yield folder / name


def long_files(root: Path) -> list[str]:
    lengths = {path: len(path.read_text().splitlines()) for path in sources(root)}
    return [
        f"{path.relative_to(root)} has {lines} lines"
        for path, lines in lengths.items()
        if lines > MOST_LINES_OF_A_FILE
    ]


def long_functions(root: Path) -> list[str]:
    found = []
    for path in sources(root):
        for node in ast.walk(ast.parse(path.read_text())) if path.suffix == ".py" else ():
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MOST_LINES_OF_A_FUNCTION:
                    found.append(f"{node.name} in {path.relative_to(root)} has {lines} lines")
    return found


def test_no_file_is_too_long() -> None:
    assert long_files(ROOT) == []


def test_no_function_is_too_long() -> None:
    assert long_functions(ROOT) == []


def test_one_line_too_many_is_found(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    for name, lines in (("short.ts", 400), ("long.ts", 401)):
        (tmp_path / "src" / name).write_text("\n" * lines)
    for name, lines in (("short", 39), ("long", 40)):
        (tmp_path / f"{name}.py").write_text(f"async def {name}():\n" + "    ...\n" * lines)
    assert long_files(tmp_path) == ["src/long.ts has 401 lines"]
    assert long_functions(tmp_path) == ["long in long.py has 41 lines"]
