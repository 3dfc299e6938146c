"""What is read in one go stays short, and what needs what goes one way."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "custom_components/octopus_agile"
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FILE_OF_THE_PACKAGE = 350
MOST_LINES_OF_A_FUNCTION = 40
MOST_MODULES = 28


def sources(root: Path) -> Iterator[Path]:
    """Give what people write here in Python and TypeScript, but nothing that is installed or cached."""
    for folder, folders, files in root.walk():
        folders[:] = [name for name in folders if not name.startswith(".") and name != "node_modules"]
        for name in files:
            if name.endswith((".py", ".pyi", ".ts")):
                yield folder / name


def most_lines(file: Path) -> int:
    """Return how long a file may be, by its path below the root."""
    package = PACKAGE.relative_to(ROOT)
    return MOST_LINES_OF_A_FILE_OF_THE_PACKAGE if file.is_relative_to(package) else MOST_LINES_OF_A_FILE


def long_files(root: Path) -> list[str]:
    lengths = {path.relative_to(root): len(path.read_text().splitlines()) for path in sources(root)}
    return [f"{file} has {lines} lines" for file, lines in lengths.items() if lines > most_lines(file)]


def long_functions(root: Path) -> list[str]:
    found = []
    for path in sources(root):
        for node in ast.walk(ast.parse(path.read_text())) if path.suffix == ".py" else ():
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MOST_LINES_OF_A_FUNCTION:
                    found.append(f"{node.name} in {path.relative_to(root)} has {lines} lines")
    return found


def is_module(path: Path) -> bool:
    """Tell whether there is a module of a path, which has no suffix."""
    return path.is_dir() or path.with_suffix(".py").exists()


def imports(root: Path) -> dict[str, set[str]]:
    """Return for each module below a folder which others there it imports, anywhere in it."""
    modules = {path.relative_to(root).with_suffix("").as_posix(): path for path in root.rglob("*.py")}
    found: dict[str, set[str]] = {}
    for name, path in modules.items():
        found[name] = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.ImportFrom) or not node.level:
                continue
            folder = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            for alias in node.names:
                # A module of a package, or else something in the module that is named.
                wanted = folder / alias.name if is_module(folder / alias.name) else folder
                wanted = wanted / "__init__" if wanted.is_dir() else wanted
                found[name].add(wanted.relative_to(root).as_posix())
    return found


def circle(root: Path) -> list[str]:
    """Return modules that import each other in a circle, nothing if there is none."""
    try:
        TopologicalSorter(imports(root)).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle(PACKAGE) == []


def test_the_package_can_be_overlooked() -> None:
    assert len(list(PACKAGE.glob("*.py"))) <= MOST_MODULES


@pytest.mark.parametrize(
    ("back", "found"),
    [("from ..a import x", True), ("from .. import a", True), ("from .c import x", False)],
)
def test_a_circle_is_found(tmp_path: Path, back: str, found: bool) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "a.py").write_text("def late():\n    from .inner.b import y\n")
    (tmp_path / "inner/b.py").write_text(back)
    (tmp_path / "inner/c.py").touch()
    assert set(circle(tmp_path)) == ({"a", "inner/b"} if found else set())


def test_no_file_is_too_long() -> None:
    assert long_files(ROOT) == []


def test_no_function_is_too_long() -> None:
    assert long_functions(ROOT) == []


def test_one_line_too_many_is_found(tmp_path: Path) -> None:
    package = "custom_components/octopus_agile"
    for folder, name, lines in (
        ("src", "short.ts", 400),
        ("src", "long.ts", 401),
        (package, "short.py", 350),
        (f"{package}/agile", "long.py", 351),
    ):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / name).write_text("\n" * lines)
    for name, lines in (("short", 39), ("long", 40)):
        (tmp_path / f"{name}.py").write_text(f"async def {name}():\n" + "    ...\n" * lines)
    assert sorted(long_files(tmp_path)) == [
        f"{package}/agile/long.py has 351 lines",
        "src/long.ts has 401 lines",
    ]
    assert long_functions(tmp_path) == ["long in long.py has 41 lines"]
