"""The password of the page. Stored: 16 hex digits of salt, and SHA-256 of salt and password in hex."""
# ota: -O3
from binascii import a2b_base64, hexlify
from hashlib import sha256


def salted(salt, word):
    return salt + hexlify(sha256(salt.encode() + word).digest()).decode()


def new(word):
    "As it is stored."
    from os import urandom

    return salted(hexlify(urandom(8)).decode(), word.encode())


def knows(stored, field):
    "field: what the browser sends, 'Basic …' with user:password in base64. Any user will do."
    try:
        word = a2b_base64(field[6:]).split(b":", 1)[1]
    except (ValueError, IndexError):
        return False
    wrong = len(stored) != 80
    for a, b in zip(salted(stored[:16], word), stored):
        wrong |= a != b  # to the end, so that the time tells nothing
    return not wrong
