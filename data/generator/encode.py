"""Writes the catalogue file: an index and one compressed block for each IAM prefix. See data/README.md."""

from __future__ import annotations

import json
import struct

MAGIC = b"ALPCAT1\n"
LEVEL = 19
DICTIONARY_ID = 1  # written into every frame, so that a reader finds the dictionary it has been given


def dump(value) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def encode(index: dict, blocks: dict[str, dict], zstandard, dictionary_size: int) -> bytes:
    raw = {prefix: dump(block) for prefix, block in sorted(blocks.items())}
    dictionary = train(list(raw.values()), zstandard, dictionary_size) if dictionary_size else b""
    block_compressor = compressor(zstandard, dictionary)
    rows, bodies, offset = [], [], 0
    for prefix, plain in raw.items():
        body = block_compressor.compress(plain)
        rows.append([prefix, offset, len(body), len(plain), len(blocks[prefix]["a"])])
        bodies.append(body)
        offset += len(body)
    plain_index = dump(index | {"blocks": rows})
    packed_index = compressor(zstandard, b"").compress(plain_index)
    return b"".join([
        MAGIC, struct.pack("<I", len(dictionary)), dictionary,
        struct.pack("<II", len(packed_index), len(plain_index)), packed_index, *bodies,
    ])


def compressor(zstandard, dictionary: bytes):
    params = zstandard.ZstdCompressionParameters.from_level(
        LEVEL, write_content_size=True, write_checksum=False, write_dict_id=bool(dictionary), threads=0)
    if not dictionary:
        return zstandard.ZstdCompressor(compression_params=params)
    data = zstandard.ZstdCompressionDict(dictionary)
    return zstandard.ZstdCompressor(compression_params=params, dict_data=data)


def train(samples: list[bytes], zstandard, size: int) -> bytes:
    """A trained dictionary: what the blocks have in common, stored once."""
    return zstandard.train_dictionary(size, samples, k=256, d=8, level=LEVEL, dict_id=DICTIONARY_ID).as_bytes()


def decode(data: bytes, zstandard) -> tuple[dict, dict[str, dict]]:
    """Reads a catalogue back; used by tests and to say what differs."""
    if data[:8] != MAGIC:
        raise ValueError("not a catalogue")
    (size,) = struct.unpack_from("<I", data, 8)
    dictionary, at = data[12:12 + size], 12 + size
    packed, _ = struct.unpack_from("<II", data, at)
    at += 8
    index = json.loads(zstandard.ZstdDecompressor().decompress(data[at:at + packed]))
    at += packed
    dict_data = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
    reader = zstandard.ZstdDecompressor(dict_data=dict_data) if dict_data else zstandard.ZstdDecompressor()
    blocks = {}
    for prefix, offset, length, _, _ in index["blocks"]:
        blocks[prefix] = json.loads(reader.decompress(data[at + offset:at + offset + length]))
    return index, blocks


def differences(old: bytes, new: bytes, zstandard) -> list[str]:
    """What changed between two catalogues, in a few lines."""
    try:
        old_index, old_blocks = decode(old, zstandard)
    except (ValueError, struct.error, zstandard.ZstdError) as error:
        return [f"the checked-in file cannot be read: {error}"]
    new_index, new_blocks = decode(new, zstandard)
    lines = [f"index: `{key}` differs" for key in sorted(old_index.keys() | new_index.keys())
             if key != "blocks" and old_index.get(key) != new_index.get(key)]
    changed = [p for p in sorted(old_blocks.keys() | new_blocks.keys()) if old_blocks.get(p) != new_blocks.get(p)]
    if changed:
        lines.append(f"{len(changed)} blocks differ: {', '.join(changed[:20])}{', ...' if len(changed) > 20 else ''}")
    return lines or ["the content is the same, only the compressed bytes differ: check the compressor's version"]
