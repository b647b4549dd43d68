"""A wheel holds what browsers are given, with its licences, and no more of what npm fetched."""

import zipfile
from pathlib import PurePosixPath

import pytest
from hatchling.builders.wheel import WheelBuilder

from service.page.assets import PACKAGED, PACKAGES
from service.page.map import borders
from tests.page.house import ROOT

_OURS = ("service/page/assets", "service/page/templates")
_FETCHED = PACKAGES.relative_to(ROOT)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a wheel of this tree."""
    (path,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"])
    with zipfile.ZipFile(path) as opened:
        return set(opened.namelist())


def test_all_that_is_served_is_in_the_wheel(held: set[str]) -> None:
    found = (path for folder in _OURS for path in (ROOT / folder).rglob("*"))
    ours = {path.relative_to(ROOT).as_posix() for path in found if path.is_file()}
    assert len(ours) > 2
    assert ours - held == set()


def test_of_each_package_there_are_the_files_that_are_used_its_licence_and_its_name(held: set[str]) -> None:
    if not PACKAGES.is_dir():
        pytest.skip("npm fetched nothing: run make setup-dev")
    prefix = f"{_FETCHED.as_posix()}/"
    fetched = {PurePosixPath(name.removeprefix(prefix)) for name in held if name.startswith(prefix)}
    served = {PurePosixPath(path) for path in (*PACKAGED.values(), borders.FILE.relative_to(PACKAGES).as_posix())}
    assert served - fetched == set()
    homes = {_home(path) for path in served}
    assert {home / "package.json" for home in homes} - fetched == set()
    assert {home for home in homes if any(one.parent == home and one.stem == "LICENSE" for one in fetched)} == homes
    assert {path for path in fetched - served if path.name != "package.json" and path.stem != "LICENSE"} == set()
    assert {_home(path) for path in fetched} == homes


def _home(path: PurePosixPath) -> PurePosixPath:
    """The folder of the package that a file is of; those of an owner lie one deeper."""
    return PurePosixPath(*path.parts[: 2 if path.parts[0].startswith("@") else 1])
