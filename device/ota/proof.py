"What can be believed of the network's bytes: an RSA signature, and a MAC under this board's own key. Pure."
from hashlib import sha256


def signed(body, signature, modulus, exponent, idle):
    """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2.2). A stock ESP8266 has no 3-argument pow(): square and multiply.
    Padding and DigestInfo are compared whole: a parser here is what forgeries are made of."""
    s = m = int.from_bytes(signature, "big")
    size = len(signature)
    if s >= modulus or modulus >> size * 8:
        return False
    for bit in bin(exponent)[3:]:
        m = m * m % modulus
        if bit == "1":
            m = m * s % modulus
        idle()
    info = b"\x0001\x30\r\x06\t`\x86H\x01e\x03\x04\x02\x01\x05\x00\x04 " + sha256(body).digest()
    return m.to_bytes(size, "big") == b"\0\1" + b"\xff" * (size - 54) + info


def hmac(key, data):
    "HMAC-SHA256 (RFC 2104) for a key of 32 bytes."
    inner = sha256(bytes(b ^ 0x36 for b in key) + b"6" * 32 + data).digest()
    return sha256(bytes(b ^ 0x5C for b in key) + b"\\" * 32 + inner).digest()
