"""What the download page offers: a wheel that pip takes, with the client alone, and always the same bytes."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from app.core.settings import Settings
from deploy.client_wheel import VERSION, build_client_wheel
from wsgi import create_site


def test_the_same_source_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "cectrust-0.9.0-py3-none-any.whl").touch()
    first, second = build_client_wheel(tmp_path / "a"), build_client_wheel(tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()
    assert [path.name for path in (tmp_path / "a").iterdir()] == [f"cectrust-{VERSION}-py3-none-any.whl"]


def test_it_holds_nothing_of_the_server(tmp_path: Path) -> None:
    with zipfile.ZipFile(build_client_wheel(tmp_path)) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            assert name.startswith(("cectrust/", "cectrust-"))
            assert b"from app." not in archive.read(name)


def test_pip_installs_it_and_it_runs(tmp_path: Path) -> None:
    wheel = build_client_wheel(tmp_path / "wheel")
    target = tmp_path / "site"
    pip = [sys.executable, "-m", "uv", "pip", "install", "--no-deps", "--no-index", "--target", str(target), str(wheel)]
    done = subprocess.run(pip, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    environment = {**os.environ, "PYTHONPATH": str(target), "PYTHONSAFEPATH": "1"}
    for command in ([str(target / "bin" / "cectrust"), "--help"], [sys.executable, "-m", "cectrust", "sign", "--help"]):
        ran = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60
        )
        assert ran.returncode == 0, ran.stderr
        assert "cectrust" in ran.stdout


def test_the_page_offers_it(settings: Settings, empty_database: None, tmp_path: Path) -> None:
    wheel = build_client_wheel(tmp_path / "downloads")
    other = settings.model_copy(update={"var_dir": tmp_path})
    site = create_site(other)
    with site.test_client() as client:
        page = client.get("/downloads?lang=en")
        assert page.status_code == 200
        assert wheel.name in page.text
        assert f"pip install {wheel.name}" in page.text
        with client.get(f"/downloads/{wheel.name}") as sent:
            assert sent.data == wheel.read_bytes()
    site.extensions["redis"].close()
