# What a stock ESP8266 does not have is taken away where the VM allows it.
import builtins


def _missing(*_):
    raise NameError('not on an ESP8266')


def _pow(x, y):
    return x**y


builtins.pow = _pow
builtins.complex = _missing
builtins.compile = _missing
