/**
 * What a stock ESP8266 with 1 MB of flash lacks (MicroPython 1.19-1.28, FLASH_1M), one entry for each rule. To add one: take the
 * next number, search with the words of matchers.ts, and say what to write instead. Numbers are never used again.
 */
import { epochInFloat, largeFloat, unixMoment } from './epoch.js';
import {
  anyOf,
  builtin,
  calling,
  hasKeyword,
  importing,
  member,
  memberAt,
  method,
  readArguments,
  type Search,
} from './matchers.js';

export interface Rule {
  readonly id: string;
  readonly finds: string;
  readonly instead: string;
  readonly search: Search;
}

const imaginary: Search = ({ tokens }) =>
  tokens.filter(({ kind, text }) => kind === 'number' && /^[^x]*j$/i.test(text));
const conversion: Search = ({ tokens }) => tokens.filter(({ kind }) => kind === 'conversion');
const coroutine: Search = ({ tokens }) =>
  tokens.filter(
    ({ text }, i) => text === 'async' && ['def', 'for', 'with'].includes(tokens[i + 1]?.text ?? ''),
  );

const prettyJson: Search = (code) =>
  code.tokens.filter(
    (_, i) =>
      /^dumps?$/.test(memberAt(code, i, 'json') ?? '') &&
      hasKeyword('indent', 'sort_keys')(readArguments(code.tokens, i + 1)),
  );

export const ESP8266_RULES: readonly Rule[] = [
  {
    id: 'ESP001',
    finds: 'pow() with three arguments is not there',
    instead: 'square and multiply with % at every step',
    search: calling('pow', (args) => args.length === 3),
  },
  {
    id: 'ESP002',
    finds: 'str.partition() and rpartition() are not there',
    instead: 'split(sep, 1) or rsplit(sep, 1)',
    search: method('partition', 'rpartition'),
  },
  {
    id: 'ESP003',
    finds: 'str.splitlines() is not there',
    instead: "split('\\n')",
    search: method('splitlines'),
  },
  {
    id: 'ESP004',
    finds: 'str.center(), ljust(), rjust() and zfill() are not there',
    instead: "format: '%-8s', '%8s', '%08d'",
    search: method('center', 'ljust', 'rjust', 'zfill'),
  },
  {
    id: 'ESP005',
    finds: 'complex numbers are not there',
    instead: 'two numbers',
    search: anyOf(builtin('complex'), imaginary),
  },
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
    id: 'ESP008',
    finds: 'compile() is not there',
    instead: 'exec() or eval() on the text itself, or an import',
    search: calling('compile'),
  },
  {
    id: 'ESP009',
    finds: '__file__ is not there',
    instead: 'the path itself',
    search: builtin('__file__'),
  },
  {
    id: 'ESP010',
    finds: 'asyncio is not in the 1 MB firmware',
    instead: 'a select.poll() loop, or generators that your own loop calls',
    search: importing('asyncio'),
  },
  {
    id: 'ESP011',
    finds: 'nothing runs a coroutine without asyncio',
    instead: 'a generator (yield) or a state machine',
    search: coroutine,
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
    id: 'ESP016',
    finds: 'a moment in a float loses minutes: floats have 30 bits',
    instead: 'integers: // in place of /, and no factor with a point',
    search: epochInFloat,
  },
  {
    id: 'ESP017',
    finds: 'a float above 2^30 is not exact: floats have 30 bits',
    instead: 'an integer',
    search: largeFloat,
  },
  {
    id: 'ESP018',
    finds: 'time counts from 2000 here, this number from 1970',
    instead: 'the number less 946684800, or compare time.gmtime(0)[0] first',
    search: unixMoment,
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
    id: 'ESP021',
    finds: 'bytes.hex() and fromhex() are not there before 1.20, nor on every board later',
    instead: 'binascii.hexlify() and unhexlify()',
    search: method('hex', 'fromhex'),
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
    id: 'ESP024',
    finds: '!r, !s and !a in an f-string do not compile before MicroPython 1.22',
    instead: '{repr(x)} or {str(x)}',
    search: conversion,
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
    id: 'ESP027',
    finds: 'open() knows neither newline= nor errors=',
    instead: "mode 'rb' and decode() where it matters",
    search: calling('open', hasKeyword('newline', 'errors', 'closefd', 'opener')),
  },
  {
    id: 'ESP028',
    finds: 'this string method is not there',
    instead: 'lower(), upper(), replace(), startswith() and slices',
    search: method(
      ...[
        'capitalize',
        'casefold',
        'expandtabs',
        'format_map',
        'isalnum',
        'isdecimal',
        'isidentifier',
        'isnumeric',
      ],
      ...[
        'isprintable',
        'istitle',
        'maketrans',
        'removeprefix',
        'removesuffix',
        'swapcase',
        'title',
        'translate',
      ],
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
    id: 'ESP030',
    finds: 'print() knows no flush=',
    instead: 'print() alone: output is never held back',
    search: calling('print', hasKeyword('flush')),
  },
  {
    id: 'ESP031',
    finds: 'json.dump and dumps know neither indent= nor sort_keys= here',
    instead: 'json.dumps(value) alone',
    search: prettyJson,
  },
  {
    id: 'ESP032',
    finds: 'int.bit_length() is not there',
    instead: 'count the shifts, or len(bin(n)) - 2',
    search: method('bit_length', 'bit_count'),
  },
];
