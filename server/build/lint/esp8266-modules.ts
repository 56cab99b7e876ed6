/** Modules and parts of modules that a stock ESP8266 lacks. */
import {
  anyOf,
  hasKeyword,
  importing,
  member,
  memberAt,
  method,
  readArguments,
  type Search,
} from './matchers.js';
import type { Rule } from './rule.js';

const prettyJson: Search = (code) =>
  code.tokens.filter(
    (_, i) =>
      /^dumps?$/.test(memberAt(code, i, 'json') ?? '') &&
      hasKeyword('indent', 'sort_keys')(readArguments(code.tokens, i + 1)),
  );

export const MODULE_RULES: readonly Rule[] = [
  {
    id: 'ESP006',
    finds: 'hashlib has neither md5 nor, without TLS, sha1',
    instead: 'hashlib.sha256',
    search: member('hashlib', 'md5', 'sha1'),
  },
  {
    id: 'ESP007',
    finds: 'binascii.crc32 is not there',
    instead: 'hashlib.sha256, or a CRC of your own',
    search: member('binascii', 'crc32'),
  },
  {
    id: 'ESP010',
    finds: 'asyncio is not in the 1 MB firmware',
    instead: 'a select.poll() loop, or generators that your own loop calls',
    search: importing('asyncio'),
  },
  {
    id: 'ESP012',
    finds: 'umqtt is not in the 1 MB firmware',
    instead: 'an MQTT client of your own, or put umqtt/ into the device folder',
    search: importing('umqtt'),
  },
  {
    id: 'ESP013',
    finds: 'typing, dataclasses, abc and enum are not there',
    instead: 'no annotations, plain classes, const()',
    search: importing('typing', 'dataclasses', 'abc', 'enum', '__future__'),
  },
  {
    id: 'ESP014',
    finds: 'there are no threads and no processes',
    instead: 'machine.Timer, Pin.irq or a loop that never blocks',
    search: importing(
      'threading',
      '_thread',
      'subprocess',
      'multiprocessing',
      'concurrent',
      'queue',
      'signal',
    ),
  },
  {
    id: 'ESP015',
    finds: 'this module of desktop Python is not there',
    instead: 'what MicroPython has, or put the module into the device folder',
    search: importing(
      ...[
        'argparse',
        'base64',
        'calendar',
        'configparser',
        'contextlib',
        'copy',
        'csv',
        'datetime',
        'decimal',
      ],
      ...['fractions', 'functools', 'glob', 'hmac', 'http', 'inspect', 'itertools', 'logging', 'operator'],
      ...[
        'pathlib',
        'pickle',
        'secrets',
        'shutil',
        'sqlite3',
        'statistics',
        'string',
        'tempfile',
        'textwrap',
      ],
      ...['traceback', 'types', 'unittest', 'urllib', 'uuid', 'warnings', 'weakref'],
    ),
  },
  {
    id: 'ESP019',
    finds: 'random has getrandbits() and seed() alone',
    instead: 'random.getrandbits(n), or a % of it',
    search: member('random', 'randint', 'randrange', 'choice', 'random', 'uniform', 'shuffle', 'sample'),
  },
  {
    id: 'ESP020',
    finds: 'sys.exc_info, settrace and getsizeof are not there',
    instead: '"except Exception as e" and sys.print_exception(e)',
    search: member('sys', 'exc_info', 'settrace', 'getsizeof', 'getrefcount', 'setrecursionlimit'),
  },
  {
    id: 'ESP022',
    finds: 'sockets have no recv_into(), shutdown() or sendall() here',
    instead: 'readinto(), close(), and write(), which sends everything',
    search: method('recv_into', 'recvfrom_into', 'shutdown', 'sendall', 'sendmsg'),
  },
  {
    id: 'ESP023',
    finds: 'socket.create_connection() is not there',
    instead: 's = socket.socket(); s.connect(socket.getaddrinfo(host, port)[0][-1])',
    search: member('socket', 'create_connection', 'gethostbyname', 'create_server'),
  },
  {
    id: 'ESP025',
    finds: 'os.path is not there',
    instead: 'os.stat(path) in a try block, and "/" between names',
    search: anyOf(importing('os.path'), member('os', 'path')),
  },
  {
    id: 'ESP026',
    finds: 'os.walk, makedirs, replace and the like are not there',
    instead: 'os.ilistdir, os.mkdir, os.rename',
    search: member(
      'os',
      'walk',
      'scandir',
      'makedirs',
      'removedirs',
      'replace',
      'getenv',
      'environ',
      'system',
    ),
  },
  {
    id: 'ESP029',
    finds: 'this part of time is not there',
    instead: 'ticks_ms() with ticks_diff() for spans, localtime() for dates',
    search: member(
      'time',
      'monotonic',
      'perf_counter',
      'process_time',
      'strftime',
      'strptime',
      'ctime',
      'asctime',
    ),
  },
  {
    id: 'ESP031',
    finds: 'json.dump and dumps know neither indent= nor sort_keys= here',
    instead: 'json.dumps(value) alone',
    search: prettyJson,
  },
];
