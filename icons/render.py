#!/usr/bin/env python3
"""Renders icon.svg into every format the bundles ask for. Needs rsvg-convert (Debian: librsvg2-bin)."""

import struct
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
ICO_SIZES = [16, 24, 32, 48, 64, 256]
# Apple's type codes for PNG entries, by pixel size.
ICNS_TYPES = {b"icp4": 16, b"icp5": 32, b"ic07": 128, b"ic08": 256, b"ic09": 512, b"ic10": 1024, b"ic13": 256, b"ic14": 512}


def png(size: int) -> bytes:
    command = ["rsvg-convert", "--width", str(size), "--height", str(size), str(HERE / "icon.svg")]
    return subprocess.run(command, check=True, capture_output=True).stdout


def ico() -> bytes:
    images = [(size, png(size)) for size in ICO_SIZES]
    offset = 6 + 16 * len(images)
    entries = b""
    for size, image in images:
        # A side of 256 is written as 0: the field is one byte.
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(image), offset)
        offset += len(image)
    return struct.pack("<HHH", 0, 1, len(images)) + entries + b"".join(image for _, image in images)


def icns() -> bytes:
    entries = b""
    for code, size in ICNS_TYPES.items():
        image = png(size)
        entries += code + struct.pack(">I", 8 + len(image)) + image
    return b"icns" + struct.pack(">I", 8 + len(entries)) + entries


for name, size in {"32x32.png": 32, "128x128.png": 128, "128x128@2x.png": 256, "icon.png": 512}.items():
    (HERE / name).write_bytes(png(size))
(HERE / "icon.ico").write_bytes(ico())
(HERE / "icon.icns").write_bytes(icns())
