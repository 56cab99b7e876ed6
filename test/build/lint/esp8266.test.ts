/** Every rule on code that it must find, at its place, and on code that only looks like it. */
import t from 'tap';
import { readCode } from '../../../server/build/lint/code.js';
import { ESP8266_RULES } from '../../../server/build/lint/esp8266.js';

/** Ids of the rules that find something, each as often as it does. */
function found(source: string, own: readonly string[] = []): string[] {
  const code = readCode(source);
  return ESP8266_RULES.flatMap(({ id, search }) => search(code, { ownModules: new Set(own) }).map(() => id));
}

const BAD: Record<string, readonly string[]> = {
  ESP001: ['pow(a, 65537, n)', 'x = pow(f(1, 2), (3, 4), [5,\n 6])', 'f"{pow(a, b, c)}"'],
  ESP002: ['a.partition(":")', '"a:b".rpartition(":")', 'f"{x.partition(y)}"'],
  ESP003: ['text.splitlines()'],
  ESP004: ['s.center(9)', 'str(x).zfill(3)'],
  ESP005: ['complex(1, 2)', 'x = 2j', 'x = 1.5e3J'],
  ESP006: ['import hashlib\nhashlib.md5(b"")', 'from uhashlib import sha1', 'import hashlib as h\nh.md5()'],
  ESP007: ['import ubinascii\nubinascii.crc32(b"")', 'from binascii import crc32'],
  ESP008: ['compile("x", "y", "exec")'],
  ESP009: ['print(__file__)'],
  ESP010: [
    'import asyncio',
    'import uasyncio as asyncio',
    'from asyncio import sleep',
    'import time, asyncio',
  ],
  ESP011: ['async def f():\n    pass'],
  ESP012: ['from umqtt.simple import MQTTClient', 'import umqtt.robust'],
  ESP013: [
    'from typing import List',
    'import dataclasses',
    'try:\n    import enum\nexcept ImportError: pass',
  ],
  ESP014: ['import threading', 'import _thread', 'if x: import signal'],
  ESP015: ['import logging', 'from datetime import date', 'import urllib.request'],
  ESP016: [
    'import time\nx = time.time() / 60',
    'import time\nx = 1.5 * time.time()',
    'import utime\nx = float(utime.time())',
    'from time import time as now\nx = now() + 0.5',
    'from time import mktime\nx = mktime((1, (2, 3), 4)) / 2',
  ],
  ESP017: ['x = 1.7e9', 'x = 1_700_000_000.0'],
  ESP018: ['import time\nif time.time() > 1600000000: pass', 'import time\nx = 1_700_000_000 <= time.time()'],
  ESP019: ['import random\nrandom.randint(1, 2)', 'from urandom import choice'],
  ESP020: ['import sys\nsys.exc_info()'],
  ESP021: ['b"x".hex()', 'bytes.fromhex("00")'],
  ESP022: ['sock.recv_into(buf)', 's.shutdown(2)', 's.sendall(b"")'],
  ESP033: ['text %= a, b', 'text %= (a, b)'],
  ESP023: ['import socket\nsocket.create_connection(a)', 'import usocket\nusocket.create_connection(a)'],
  ESP024: ['f"{x!r}"', "print(f'''{x!s:>3}''')"],
  ESP025: [
    'import os\nos.path.join("a")',
    'import os.path',
    'from os import path',
    'import uos\nuos.path.exists("x")',
  ],
  ESP026: ['import os\nos.walk("/")', 'import os\nos.replace(a, b)', 'from os import makedirs'],
  ESP027: ['open("x", "w", newline="")', 'with open(p, errors="ignore") as f: pass'],
  ESP028: ['s.capitalize()', '"x".removeprefix("y")', 's.title()'],
  ESP029: ['import time\ntime.monotonic()', 'from time import perf_counter'],
  ESP030: ['print(1, flush=True)'],
  ESP031: ['import json\njson.dumps(x, indent=2)', 'import ujson\nujson.dump(x, f, sort_keys=True)'],
  ESP032: ['n.bit_length()'],
};

for (const { id, finds, instead } of ESP8266_RULES) {
  t.test(`S1.7 ${id} ${finds}`, async (t) => {
    const sources = BAD[id] ?? [];
    t.not(sources.length, 0, 'every rule has its examples');
    for (const source of sources) t.strictSame(found(source), [id], source);
    t.not(instead, '', 'and says what to write instead');
  });
}

const GOOD = [
  'pow(a, 2)',
  'x %= 5\nf(1, 2)',
  'self.pow(1, 2, 3)',
  'def pow(a, b, c):\n    return a ** b % c\npow(1, 2, 3)',
  '# text.splitlines()',
  'x = "text.splitlines() and f{x!r}"',
  '"""\nimport asyncio\n"""',
  'class Label:\n    def center(self, w):\n        pass\n\n\nLabel().center(3)',
  'x.partition',
  'board.relay = f(complex_=1, compile=2)',
  'x.compile()',
  'import re\nre.compile("x")',
  'import hashlib\nhashlib.sha256(b"")',
  'md5 = 3\nself.hashlib.md5()',
  'x = 0x2j if 0 else 0xEEEEEEEE',
  'x = 1.0e3',
  'x = 1700000000',
  'import time\nx = time.time() // 60 * 2 + 1',
  'import time\nx = time.ticks_ms() / 2',
  'import time\nx = time.localtime(time.time())[3] / 2',
  'import time\nif time.time() > 800000000: pass',
  'import random\nrandom.getrandbits(8)',
  'import os\nos.rename(a, b)\nos.stat("x")',
  'open("x", "rb")',
  'open("x").read(f(newline=1))',
  'print(x, end="")',
  'json = {}\nf(indent=2)',
  'f"{x != y}"',
  'awaiting = 1',
  'from net import wifi',
];
for (const source of GOOD) {
  t.test(`S1.7 nothing to find in ${JSON.stringify(source)}`, async (t) => t.strictSame(found(source), []));
}

t.test('a module that the project brings along may be imported', async (t) => {
  t.strictSame(found('import logging\nfrom umqtt.simple import MQTTClient', ['logging', 'umqtt']), []);
});
