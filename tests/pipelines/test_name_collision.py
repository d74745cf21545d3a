"""Another distribution with a package name of ours is named, whoever was installed last."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from pipelines.name_collision import collision

ROOT = Path(__file__).resolve().parents[2]
OUR_PATH = [str(ROOT), *filter(None, sys.path)]
RUN = "from pipelines.cli import main; main()"


def wheel(folder, distribution, files):
    """Write a wheel by hand: pip needs no build system and no network for it."""
    path = folder / f"{distribution}-2.1-py3-none-any.whl"
    info = f"{distribution}-2.1.dist-info"
    files = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 2.1\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in (*files, f"{info}/RECORD"))
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(name, content)
    return path


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """The Python of an empty environment with a pip of its own."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True, symlinks=sys.platform != "win32")
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def pip(python, *words):
    subprocess.run(
        [python, "-m", "pip", "--disable-pip-version-check", *words],
        capture_output=True,
        check=True,
    )


def midstance(python, *folders):
    """Run the command there, finding packages in `folders` after those of the environment."""
    code = f"import sys; sys.path += {[str(folder) for folder in folders]!r}; {RUN}"
    return subprocess.run(
        [python, "-c", code, "--help"],
        cwd=Path(python).parent,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("package", ["imu", "firmware_protocols", "pipelines"])
def test_a_second_owner_stops_the_command_with_one_sentence(environment, tmp_path, package):
    python = environment
    other = wheel(tmp_path, "other_sensors", {f"{package}/fusion.py": "", "more.py": ""})
    pip(python, "install", "--no-deps", "--no-index", str(other))
    try:
        done = midstance(python, *OUR_PATH)
    finally:
        pip(python, "uninstall", "-y", "other_sensors")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"midstance: other_sensors 2.1, installed here too, has a package named {package} as well; "
        "install midstance in an environment of its own\n"
    )
    done = midstance(python, *OUR_PATH)
    assert done.returncode == 0, done.stderr


def test_a_package_that_python_finds_before_ours_is_named(tmp_path):
    (tmp_path / "imu").mkdir()
    (tmp_path / "imu" / "__init__.py").touch()
    found = collision([str(tmp_path), str(ROOT)])
    assert found == (
        f"Python finds another package named imu, in {tmp_path.resolve()}; "
        "install midstance in an environment of its own"
    )
    assert collision([str(ROOT), str(tmp_path)]) is None


def test_a_module_of_one_file_counts_too(tmp_path):
    (tmp_path / "pipelines.py").touch()
    assert f"named pipelines, in {tmp_path.resolve()};" in collision([str(tmp_path), str(ROOT)])


@pytest.mark.parametrize(
    "recorded", ["imu.py,,", "imu/__init__.py,,", "imu.cpython-311-x86_64-linux-gnu.so,,"]
)
def test_every_way_to_own_a_name_is_seen(tmp_path, recorded):
    info = tmp_path / "fusion-1.0.dist-info"
    info.mkdir()
    (info / "RECORD").write_text(f"fusion/a.py,,\n{recorded}\n")
    assert "fusion 1.0" in collision([str(tmp_path), str(ROOT)])


@pytest.mark.parametrize("recorded", ["imu_tools/a.py,,", "fusion/imu/a.py,,", "imu-stubs/a.pyi,,"])
def test_names_that_only_look_like_ours_are_left_alone(tmp_path, recorded):
    info = tmp_path / "fusion-1.0.dist-info"
    info.mkdir()
    (info / "RECORD").write_text(f"{recorded}\n")
    assert collision([str(tmp_path), str(ROOT)]) is None


def test_an_editable_installation_is_known_by_its_top_level_names(tmp_path):
    info = tmp_path / "fusion-1.0.dist-info"
    info.mkdir()
    (info / "top_level.txt").write_text("fusion\nimu\n")
    assert "fusion 1.0" in collision([str(tmp_path), str(ROOT)])


def test_our_own_records_are_no_collision():
    assert collision() is None
