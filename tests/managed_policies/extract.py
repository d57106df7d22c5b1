"""Writes the AWS managed policies that moto ships to a file: name to document.

    extract.py FOLDER

Gets moto from the package index, as pinned in requirements.txt beside this file, once; FOLDER keeps what came of it.
"""

import json
import pathlib
import subprocess
import sys
import zipfile

HERE = pathlib.Path(__file__).parent
MODULE = "moto/iam/aws_managed_policies.py"


def main(folder: pathlib.Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    pinned = ["--require-hashes", "--requirement", str(HERE / "requirements.txt"), "--dest", str(folder)]
    subprocess.run([*pip, *pinned], check=True)
    (wheel,) = folder.glob("moto-*.whl")
    source = zipfile.ZipFile(wheel).read(MODULE).decode()
    # The module is one string of JSON, which is read and never run.
    text = source[source.index('"""') + 3 : source.rindex('"""')]
    documents = {name: policy["Document"] for name, policy in json.loads(text).items()}
    unfinished = folder / "policies.json.unfinished"
    unfinished.write_text(json.dumps(documents, indent=1, sort_keys=True))
    unfinished.rename(folder / "policies.json")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
