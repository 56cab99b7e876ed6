# A board has these two, and not randint.
from urandom import getrandbits, seed
