# The radio: what joins and when is decided by the simulator.
import _hw

STA_IF = 0
AP_IF = 1
STAT_IDLE = 0
STAT_CONNECTING = 1
STAT_WRONG_PASSWORD = 2
STAT_NO_AP_FOUND = 3
STAT_CONNECT_FAIL = 4
STAT_GOT_IP = 5
AUTH_OPEN = 0
AUTH_WPA_WPA2_PSK = 4


if _hw.chip() == 'esp32':
    STAT_IDLE, STAT_CONNECTING, STAT_WRONG_PASSWORD, STAT_NO_AP_FOUND, STAT_GOT_IP = 1000, 1001, 202, 201, 1010


def _may(done):
    if not done:
        raise OSError('Wifi Internal State Error')


class WLAN:
    IF_STA = 0
    IF_AP = 1

    def __init__(self, interface=0):
        self.n = interface

    def active(self, on=None):
        return _hw.wifi_active(self.n, -1 if on is None else int(bool(on)))

    def connect(self, ssid=None, key=None, *, bssid=None):
        _may(_hw.wifi_connect(ssid or '', key or ''))

    def disconnect(self):
        _hw.wifi_disconnect()

    def isconnected(self):
        return self.n == 0 and _hw.wifi_status() == STAT_GOT_IP

    def status(self, what=None):
        return -55 if what == 'rssi' else _hw.wifi_status()

    def scan(self):
        _may(_hw.wifi_scan())
        found = []
        for line in _hw.wifi_seen().split('\n'):
            if line:
                rssi, kind, name = line.split(' ', 2)
                found.append((name.encode(), b'\x02\0\0\0\0\1', 6, int(rssi), int(kind), int(not name)))
        return found

    def ifconfig(self, value=None):
        if value is None:
            ip = _hw.wifi_ip(self.n)
            return (ip, '255.0.0.0', '127.0.0.1', '127.0.0.1')

    def config(self, *names, **values):
        for name in values:
            if name in ('hostname', 'dhcp_hostname'):
                hostname(values[name])
        if self.n and ('essid' in values or 'ssid' in values):
            _hw.wifi_access(values.get('essid') or values['ssid'], values.get('password') or values.get('key') or '')
        if not names:
            return
        name = names[0]
        if name == 'mac':
            return b'\x5c\xcf\x7f' + _hw.unique_id().to_bytes(4, 'little')[:3]
        if name in ('hostname', 'dhcp_hostname'):
            return hostname()
        if name in ('essid', 'ssid'):
            return _hw.wifi_ssid()
        raise ValueError('unknown config param')


def hostname(name=None):
    if name is None:
        return _hw.wifi_hostname()
    _hw.wifi_set_hostname(name)


def phy_mode(mode=None):
    return 3
