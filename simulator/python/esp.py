def osdebug(level):
    pass


def flash_size():
    return 1048576


def sleep_type(kind=None):
    return 0


def check_fw():
    return True
