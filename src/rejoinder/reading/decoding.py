"""Stage: read. Bytes -> text, verbatim.

A byte order mark's word first, then UTF-8 (news is), then detection by charset-normalizer. Line ends are kept as they are.
"""

from __future__ import annotations

import codecs

from rejoinder.errors import InputError

MARKS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
FEW = 2  # control characters that any text may have
SAMPLE = 65_536  # bytes given to the detector
WESTERN = 0.1  # share of odd neighbours (charset-normalizer's "mess") up to which Windows-1252 is believed
DAMAGED = 0.2  # share of bad places among the characters beyond ASCII up to which a text is damaged UTF-8
OLD = ["mac_roman", "mac_latin2", "mac_iceland", "mac_turkish", "mac_greek", "cp037", "cp500", "cp1026", "cp1140"]  # not what news comes in
CONTROL = frozenset(range(32)) - {0, 7, 8, 9, 10, 11, 12, 13, 26, 27}  # NUL stands in real dumps


def decode(data: bytes, where: str) -> str:
    """The text of `data`; raises InputError where it is no text."""
    return _strict(data, encoding_of(data, where), where)


def encoding_of(data: bytes, where: str) -> str:
    """Name of the encoding of `data`; raises InputError where it is no text, or damaged."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return encoding
    if is_binary(data):
        raise _not_text(where)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        mended = data.decode("utf-8", "replace")
        # A few bad bytes among many good ones: damaged UTF-8, not another encoding.
        if error.start and mended.count("\ufffd") <= DAMAGED * sum(character > "\x7f" for character in mended):
            raise InputError(where, f"UTF-8 that is damaged at byte {error.start}", "mend that byte or save the file anew") from error
        return _detected(data, where, error)
    return "utf-8"


def _detected(data: bytes, where: str, cause: UnicodeDecodeError) -> str:
    """Name of the encoding that fits best."""
    # Imported here: most input is UTF-8 and need not wait for the detector's tables.
    from charset_normalizer import from_bytes

    start = max(0, cause.start - SAMPLE // 2)
    sample = data[start : start + SAMPLE]
    # Windows-1252 is what a Western text most likely is (the WHATWG standard makes it the default), and short samples look like its cousins too.
    best = from_bytes(sample, cp_isolation=["cp1252"], threshold=WESTERN).best() or from_bytes(sample, cp_exclusion=OLD).best()
    if best is None:
        raise InputError(where, f"not UTF-8 (byte {cause.start}) and no other encoding fits", "save it as UTF-8") from cause
    return best.encoding


def _strict(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(where, f"looks like {encoding} but byte {error.start} does not fit", "save it as UTF-8") from error


def is_binary(data: bytes) -> bool:
    """Whether `data` is no text: known file signatures, or more than one control character in a hundred."""
    if data.startswith((b"%PDF-", b"PK\x03\x04", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"SQLite format 3\x00", b"\xd0\xcf\x11\xe0")):
        return True
    sample = data[:SAMPLE]
    return sum(byte in CONTROL for byte in sample) > max(FEW, len(sample) // 100) or sample.count(0) > max(FEW, len(sample) // 10)


def _not_text(where: str) -> InputError:
    return InputError(where, "binary data, not text", "give plain text or JSON Lines")
