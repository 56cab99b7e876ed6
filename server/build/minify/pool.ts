/**
 * Names that lie in ROM of every ESP8266 firmware of MicroPython from 1.19.1 on: a program that uses them pays no heap for them.
 * Made from github.com/micropython/micropython at the tags v1.19.1, v1.20.0, v1.21.0, v1.22.2, v1.23.0, v1.24.1, v1.25.0, v1.26.1,
 * v1.27.0, v1.28.0 and master after it: the MP_QSTR_ names that are left in py/, extmod/, shared/ and ports/esp8266 when the C preprocessor
 * has read them with the mpconfigboard.h of each board of that port, all variants of flash; what is in every one of these. Left out: words
 * of the language, names that the compiler treats in a way of its own (const, super, micropython ...; it knows the numbers in errno,
 * math and uctypes), and ioctl, which streams call.
 */

/** py/makeqstrdata.py, static_qstr_list: a .mpy file holds these as a number of one or two bytes. In their order there. */
const STATIC = `
ArithmeticError AssertionError AttributeError BaseException EOFError Ellipsis Exception GeneratorExit
ImportError IndentationError IndexError KeyError KeyboardInterrupt LookupError MemoryError NameError
NoneType NotImplementedError OSError OverflowError RuntimeError StopIteration SyntaxError SystemExit
TypeError ValueError ZeroDivisionError abs all any append args bool builtins bytearray bytes callable chr
classmethod clear close copy count dict dir divmod end endswith eval extend find format from_bytes get
getattr hasattr hash id index insert int isalpha isdigit isinstance islower isspace issubclass isupper items
iter join key keys len list little lower lstrip main map next object open ord pop popitem pow range read
readinto readline remove replace repr reverse rfind rindex round rsplit rstrip self send sep set setattr
setdefault sort sorted split start startswith staticmethod step stop str strip sum throw to_bytes tuple type
update upper value values write zip
`;

/** By length, for a .mpy file holds these as text. */
const OTHERS = `
IN gc on pi rb wb ADC EIO IRQ LSB MSB OUT PTR PWM Pin RTC SPI WDT add arg bin cos doc esp exp hex irq log
mac max mem min oct off sck scl sda sin sys tan HSPI INT8 UART VOID WLAN acos addr argv asin atan bind bits
ceil crc8 dhcp dump duty exit fabs feed file fmod free freq hard help idle init load lwip mem8 miso
mode modf mosi name pack path poll pull recv rssi scan seed seek sqrt tell time usys wake ARRAY EBADF EPERM
INT16 INT32 INT64 UINT8 alarm array atan2 bssid deque dumps essid flags float floor flush frexp group
input ipoll isinf isnan ldexp loads mem16 mem32 phase reset sleep slice stdin trunc uname union ALARM0
BFINT8 BF_LEN BF_POS EACCES EAGAIN EEXIST EINVAL EISDIR ENODEV ENOENT ENOMEM FileIO IOBase NATIVE POLLIN
Signal UINT16 UINT32 UINT64 accept active config decode deinit digest enable encode filter getter gmtime
hidden invert listen malloc memory mktime modify module search select sendto setter sha256 sizeof socket
status stderr stdout struct unpack AF_INET BFINT16 BFINT32 BFUINT8 BytesIO ENOBUFS FLOAT32 FLOAT64 POLLERR
POLLHUP POLLOUT PULL_UP SoftI2C SoftSPI channel closure collect compile connect default degrees delattr
deleter disable discard dupterm freemem handler heapify heappop hexlify machine maxsize memaddr meminfo
modules network newline onewire osdebug popleft radians readbit release sendall sysname time_ns timeout
trigger urandom version writeto AF_INET6 BFUINT16 BFUINT32 EALREADY ENOTCONN SOCK_RAW StringIO
addrsize authmode baudrate bytes_at calcsize callback check_fw copysign datetime firstbit flash_id fromkeys
function getvalue heappush ifconfig isfinite issubset iterable iterator kbd_intr makefile mem_free mem_info
nodename password platform polarity property read_u16 readbyte readfrom recvfrom register reversed schedule
sleep_ms sleep_us ticks_ms ticks_us writebit writevto ETIMEDOUT addressof bitstream byteorder deepsleep
dict_view enumerate errorcode frozenset generator heap_lock isenabled localtime mem_alloc opt_level
pack_into qstr_info readlines stack_use threshold ticks_add ticks_cpu unhexlify unique_id websocket
writebyte BIG_ENDIAN EADDRINUSE ECONNRESET EOPNOTSUPP IPPROTO_IP IRQ_RISING OPEN_DRAIN SLEEP_NONE SOCK_DGRAM
SOL_SOCKET a2b_base64 alarm_left b2a_base64 difference disconnect enable_irq flash_read flash_size
isdisjoint issuperset lightsleep memoryview namedtuple pend_throw print_pcbs separators setsockopt
settimeout sleep_type soft_reset ticks_diff unregister EINPROGRESS IRQ_FALLING OrderedDict SLEEP_LIGHT
SLEEP_MODEM SOCK_STREAM disable_irq flash_erase flash_write getaddrinfo getrandbits heap_unlock isconnected
reset_cause setblocking unpack_from writeto_mem ECONNABORTED ECONNREFUSED EHOSTUNREACH SO_REUSEADDR
UnicodeError apa102_write bound_method bytearray_at dht_readinto intersection readfrom_mem version_info
LITTLE_ENDIAN dhcp_hostname esf_free_bufs readfrom_into time_pulse_us dupterm_notify implementation
write_readinto print_exception flash_user_start IP_ADD_MEMBERSHIP difference_update readfrom_mem_into
StopAsyncIteration intersection_update symmetric_difference symmetric_difference_update
alloc_emergency_exception_buf
`;

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** The best ones first. */
export const POOL: readonly string[] = [...words(STATIC), ...words(OTHERS)];
