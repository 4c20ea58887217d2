"""Stage: read. Bytes -> text, verbatim.

UTF-8 first (news is), then a byte order mark's word, then detection by charset-normalizer. Line ends are kept as they are.
"""

from __future__ import annotations

import codecs

from rejoinder.errors import InputError

MARKS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
SAMPLE = 65_536  # bytes given to the detector
WESTERN = 0.1  # share of odd neighbours (charset-normalizer's "mess") up to which Windows-1252 is believed
CONTROL = frozenset(range(32)) - {0, 7, 8, 9, 10, 11, 12, 13, 26, 27}  # NUL stands in real dumps


def decode(data: bytes, where: str) -> str:
    """The text of `data`; raises InputError where it is no text."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, where)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _detected(data, where, error)
    if _binary(data):
        raise _not_text(where)
    return text


def _detected(data: bytes, where: str, cause: UnicodeDecodeError) -> str:
    if _binary(data) or data.count(0) > len(data) // 20:
        raise _not_text(where)
    # Imported here: most input is UTF-8 and need not wait for the detector's tables.
    from charset_normalizer import from_bytes

    start = max(0, cause.start - SAMPLE // 2)
    sample = data[start : start + SAMPLE]
    # Windows-1252 is what a Western text most likely is (the WHATWG standard makes it the default), and short samples look like its cousins too.
    best = from_bytes(sample, cp_isolation=["cp1252"], threshold=WESTERN).best() or from_bytes(sample).best()
    if best is None:
        raise InputError(where, f"not UTF-8 (byte {cause.start}) and no other encoding fits", "save it as UTF-8") from cause
    return _strict(data, best.encoding, where)


def _strict(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(where, f"looks like {encoding} but byte {error.start} does not fit", "save it as UTF-8") from error


def _binary(data: bytes) -> bool:
    """Known file signatures, or more than one control character in a hundred."""
    if data.startswith((b"%PDF-", b"PK\x03\x04", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"SQLite format 3\x00", b"\xd0\xcf\x11\xe0")):
        return True
    sample = data[:SAMPLE]
    return sum(byte in CONTROL for byte in sample) > len(sample) // 100 or sample.count(0) > len(sample) // 10


def _not_text(where: str) -> InputError:
    return InputError(where, "binary data, not text", "give plain text or JSON Lines")
