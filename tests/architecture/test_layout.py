"""The five folders are ours alone, and every package says what it is."""

from __future__ import annotations

import ast
import importlib.metadata
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "graphs", "agents", "tools", "memory")


@pytest.mark.parametrize("package", PACKAGES)
def test_no_other_distribution_installs_a_package_of_our_name(package):
    owners = set(importlib.metadata.packages_distributions().get(package, []))
    assert owners <= {"quartermaster"}, f"{package} also comes from {owners - {'quartermaster'}}; uninstall it, or imports go astray"


@pytest.mark.parametrize("package", PACKAGES)
def test_the_package_that_is_imported_is_the_one_in_this_checkout(package):
    module = __import__(package)
    assert Path(module.__file__).parent == ROOT / package


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_has_a_docstring_and_is_typed(package):
    assert (ROOT / package / "py.typed").exists()
    for init in (ROOT / package).rglob("__init__.py"):
        assert ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))), f"{init} does not say what it holds"


def test_nothing_in_app_shadows_a_package_or_the_standard_library():
    # Streamlit puts the folder of its script first on the path, so app/tools.py would replace the package tools there.
    names = {path.stem for path in (ROOT / "app").glob("*.py")} - {"__init__"}
    taken = set(PACKAGES) | (set(sys.stdlib_module_names) - {"this"})
    assert not names & taken


def test_no_tests_folder_is_a_package():
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_test_files_have_unique_names():
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))


def test_no_file_names_a_package_registry_or_a_machine_path():
    # Spelled apart so that this file does not name them itself.
    forbidden = ("pypi" + ".org", "files.python" + "hosted", "/wo" + "rk/", "/tm" + "p/w/")
    kinds = {".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".json", ".ipynb", ".cfg"}
    tracked = [p for p in ROOT.rglob("*") if p.suffix in kinds and not {".venv", ".git", ".demo", "node_modules"} & set(p.parts)]
    found = [
        f"{p.relative_to(ROOT)}: {word}" for p in tracked for word in forbidden if word in p.read_text(encoding="utf-8", errors="ignore")
    ]
    assert not found


def test_constraints_are_plain_pins():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert pins
    assert all(line.count("==") == 1 and " " not in line and "/" not in line for line in pins)


def test_banned_names_are_not_used_for_modules():
    banned = {"manager", "helper", "helpers", "util", "utils", "info", "handler2"}
    modules = {path.stem for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    assert not modules & banned


def test_only_settings_reads_the_environment():
    readers = []
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                named = isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
                if named and isinstance(node.value, ast.Name) and node.value.id == "os" and not _sets(tree, node):
                    readers.append(str(path.relative_to(ROOT)))
    assert set(readers) <= {"app/settings.py"}


def _sets(tree: ast.AST, wanted: ast.Attribute) -> bool:
    """Whether the attribute is only assigned into (`os.environ[name] = value`), which reads nothing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Subscript) and target.value is wanted:
                    return True
    return False
