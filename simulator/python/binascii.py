# A board has these four, and not crc32.
from ubinascii import a2b_base64, b2a_base64, hexlify, unhexlify
