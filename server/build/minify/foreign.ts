/**
 * Names that may belong to MicroPython: of its modules, types, methods and keyword arguments, on any version, board or port. A name of
 * ours that is spelled like one of these is left alone, for nobody can tell by the text whose attribute it is. Made like pool.ts and from the
 * same tags: each MP_QSTR_ and Q() in py/, extmod/, shared/ and the ports esp8266, esp32, unix and webassembly, whatever its
 * condition; and what the Python modules in extmod/, drivers/ and the two ESP ports define.
 */
const NAMES = `
ADC ADCBlock ADDR_LEN AF_INET AF_INET6 ALARM0 APA102 APA106 AP_IF ARRAY ATOM ATTN_0DB ATTN_11DB ATTN_2_5DB
ATTN_6DB AUTH_CHAP AUTH_MAX AUTH_NONE AUTH_OPEN AUTH_OWE AUTH_PAP AUTH_WAPI_PSK AUTH_WEP
AUTH_WPA2_ENTERPRISE AUTH_WPA2_PSK AUTH_WPA2_WPA3_PSK AUTH_WPA3_ENT_192 AUTH_WPA3_EXT_PSK
AUTH_WPA3_EXT_PSK_MIXED_MODE AUTH_WPA3_PSK AUTH_WPA_PSK AUTH_WPA_WPA2_PSK AUTO ArithmeticError
AssertionError AttributeError BANDWIDTH_160 BANDWIDTH_20 BANDWIDTH_40 BANDWIDTH_80 BANDWIDTH_80_80 BFINT16
BFINT32 BFINT8 BFUINT16 BFUINT32 BFUINT8 BF_LEN BF_POS BIG_ENDIAN BINARY_OP BLE BOOT BUILD_LIST BUILD_MAP
BUILD_SET BUILD_SLICE BUILD_TUPLE BUILTIN_CDC BUILTIN_CDC_MSC BUILTIN_DEFAULT BUILTIN_MSC BUILTIN_NONE
BaseException BufferedWriter BytesIO CALL_FUNCTION CALL_FUNCTION_VAR_KW CALL_METHOD CALL_METHOD_VAR_KW CAN
CERT_NONE CERT_OPTIONAL CERT_REQUIRED CTS CYW43 CancelledError Counter DAC DEBUG DECREMENT DEEPSLEEP
DEEPSLEEP_RESET DELETE_DEREF DELETE_FAST DELETE_GLOBAL DELETE_NAME DESC DHT11 DHT22 DHTBase DRIVE_0 DRIVE_1
DRIVE_2 DRIVE_3 DS18X20 DUP_TOP DUP_TOP_TWO DecompIO DeflateIO DotStar EACCES EADDRINUSE EAGAIN EALREADY
EBADF ECONNABORTED ECONNREFUSED ECONNRESET EEXIST EHOSTUNREACH EINPROGRESS EINVAL EIO EISDIR
ENDPOINT_ADDR_ANY END_FINALLY ENOBUFS ENODEV ENOENT ENOMEM ENOTCONN EOFError EOPNOTSUPP EPERM ESPHOSTED
ESPNow ESPNowBase ETH_CONNECTED ETH_DISCONNECTED ETH_GOT_IP ETH_INITIALIZED ETH_STARTED ETH_STOPPED
ETIMEDOUT EXT0_WAKE EXT1_WAKE Ellipsis Encoder Endpoint Esp32Pin Esp32PinGenerator Event Exception
FILTERS_MAX FLAG_EXT_ID FLAG_INDICATE FLAG_NOTIFY FLAG_READ FLAG_RTR FLAG_UNORDERED FLAG_WRITE
FLAG_WRITE_NO_RESPONSE FLOAT32 FLOAT64 FOR_ITER FileIO FlashBdev FrameBuffer FrameBuffer1 GET_ITER
GET_ITER_STACK GIL GS2_HMSB GS4_HMSB GS8 GZIP GeneratorExit HARD_RESET HEAP_DATA HEAP_EXEC HOLD HSPI I2C
I2CTarget I2S IF_AP IF_STA IGNORE IMPORT_FROM IMPORT_NAME IMPORT_STAR IN INCL INCREMENT INT INT16 INT32
INT64 INT8 INV_CTS INV_RTS INV_RX INV_TX IOBase IOQueue IPPROTO_ICMP IPPROTO_IP IPPROTO_IPV4 IPPROTO_IPV6
IPPROTO_RAW IPPROTO_TCP IPPROTO_UDP IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP IRQ IRQ_ADDR_MATCH_READ
IRQ_ADDR_MATCH_WRITE IRQ_BREAK IRQ_END_READ IRQ_END_WRITE IRQ_FALLING IRQ_MAX IRQ_MIN IRQ_READ_REQ
IRQ_RISING IRQ_RX IRQ_RXIDLE IRQ_STATE IRQ_THRESHOLD0 IRQ_THRESHOLD1 IRQ_TX IRQ_TX_FAILED IRQ_TX_IDX_MASK
IRQ_TX_IDX_SHIFT IRQ_WRITE_REQ IRQ_ZERO ImportError IndentationError IndexError Interpolation JUMP
JUMP_IF_FALSE_OR_POP JUMP_IF_TRUE_OR_POP JsException JsProxy KEY_LEN KeyError KeyboardInterrupt LAN LCD160CR
LDO LITTLE_ENDIAN LOAD_ATTR LOAD_BUILD_CLASS LOAD_CONST_FALSE LOAD_CONST_NONE LOAD_CONST_OBJ
LOAD_CONST_SMALL_INT LOAD_CONST_STRING LOAD_CONST_TRUE LOAD_DEREF LOAD_FAST LOAD_FAST_N LOAD_GLOBAL
LOAD_METHOD LOAD_NAME LOAD_NULL LOAD_SUBSCR LOAD_SUPER_METHOD LOG_DEBUG LOG_ERROR LOG_INFO LOG_NONE
LOG_VERBOSE LOG_WARNING LONG LONGLONG LSB LSM6DSOX Lite Lock LockType LookupError Loop Lora32 Lora32Base
Lora32v1_0 Lora32v1_2 MAKE_CLOSURE MAKE_CLOSURE_DEFARGS MAKE_FUNCTION MAKE_FUNCTION_DEFARGS MAX17048
MAX_DATA_LEN MAX_ENCRYPT_PEER_NUM MAX_TOTAL_PEER_NUM MBEDTLS_VERSION MODE_11B MODE_11G MODE_11N MODE_CBC
MODE_CTR MODE_ECB MODE_LOOPBACK MODE_LR MODE_NORMAL MODE_SILENT MODE_SILENT_LOOPBACK MODE_SLEEP MONO
MONO_HLSB MONO_HMSB MONO_VLSB MSB MSG_DONTWAIT MSG_PEEK MVLSB Matrix MemoryError NATIVE NORMAL NRF24L01 NVS
NameError NamedPin NeoPixel None NoneType NotImplemented NotImplementedError OLED ONE_SHOT OPEN OPEN_DRAIN
OSError OUT OneWire OneWireError OrderedDict OverflowError PCNT PERIODIC PHY_DM9051 PHY_DP83848 PHY_GENERIC
PHY_IP101 PHY_KSZ8041 PHY_KSZ8081 PHY_KSZ8851SNL PHY_LAN8670 PHY_LAN8710 PHY_LAN8720 PHY_OPENETH PHY_RTL8201
PHY_W5500 PIN_WAKE PM_NONE PM_PERFORMANCE PM_POWERSAVE POLLERR POLLHUP POLLIN POLLOUT POP_JUMP_IF_FALSE
POP_JUMP_IF_TRUE POP_TOP PPP PROTOCOL_DEFAULT PROTOCOL_DTLS_CLIENT PROTOCOL_DTLS_SERVER PROTOCOL_LR
PROTOCOL_TLS_CLIENT PROTOCOL_TLS_SERVER PTR PULL_DOWN PULL_UP PULSE_MAX PWM PWRON_RESET Partition Pin
PinBase Pins RAISE_FROM RAISE_LAST RAISE_OBJ RATE_11M RATE_12M RATE_1M RATE_24M RATE_2M RATE_54M RATE_5M
RATE_6M RATE_LORA_250K RATE_LORA_500K RAW RECV_ERR_FULL RECV_ERR_OVERRUN RESERVE_MEM RETURN_VALUE REVERSE
RGB565 RMT ROT_THREE ROT_TWO RTC RTS RUNNING RX Regs RemoteProc RingIO RuntimeError SDCard SEC_CHAP SEC_DPP
SEC_NONE SEC_OPEN SEC_OWE SEC_PAP SEC_WAPI SEC_WEP SEC_WPA SEC_WPA2 SEC_WPA2_ENT SEC_WPA2_WPA3
SEC_WPA2_WPA3_ENT SEC_WPA3 SEC_WPA3_ENT SEC_WPA3_ENT_192 SEC_WPA3_EXT_PSK SEC_WPA3_EXT_PSK_MIXED_MODE
SEC_WPA_ENT SEC_WPA_WPA2 SETUP_EXCEPT SETUP_FINALLY SETUP_WITH SHORT SLEEP SLEEP_LIGHT SLEEP_MODEM
SLEEP_NONE SOCK_DGRAM SOCK_RAW SOCK_STREAM SOFT_RESET SOL_SOCKET SO_BINDTODEVICE SO_BROADCAST SO_KEEPALIVE
SO_RCVTIMEO SO_REUSEADDR SO_SNDTIMEO SPI SSD1306 SSD1306_I2C SSD1306_SPI SSLContext SSLSocket STATE_ACTIVE
STATE_BUS_OFF STATE_PASSIVE STATE_STOPPED STATE_WARNING STAT_ASSOC_FAIL STAT_BEACON_TIMEOUT STAT_CONNECTING
STAT_CONNECT_FAIL STAT_GOT_IP STAT_HANDSHAKE_TIMEOUT STAT_IDLE STAT_NO_AP_FOUND
STAT_NO_AP_FOUND_IN_AUTHMODE_THRESHOLD STAT_NO_AP_FOUND_IN_RSSI_THRESHOLD
STAT_NO_AP_FOUND_W_COMPATIBLE_SECURITY STAT_WRONG_PASSWORD STA_IF STEREO STORE_ATTR STORE_COMP STORE_DEREF
STORE_FAST STORE_FAST_N STORE_GLOBAL STORE_MAP STORE_NAME STORE_SUBSCR Server Signal SingletonGenerator
SoftI2C SoftSPI StopAsyncIteration StopIteration Stream StringIO SyntaxError SystemExit TCP_NODELAY
TIMER_WAKE TOUCHPAD_WAKE TX TX_QUEUE_LEN TYPE_APP TYPE_DATA Task TaskQueue Template TextIOWrapper
ThenableEvent ThreadSafeFlag TimeoutError Timer TopLevelCoro TouchPad True TypeError UART UINT UINT16 UINT32
UINT64 UINT8 ULONG ULONGLONG ULP ULP_WAKE UNARY_OP UNPACK_EX UNPACK_SEQUENCE UNWIND_JUMP USBD_NCM USBDevice
USHORT UUID UnicodeError VOID ValueError VfsFat VfsLfs1 VfsLfs2 VfsPosix VfsRom ViperTypeError VirtIODev
WAKEUP_ALL_LOW WAKEUP_ANY_HIGH WAKE_HIGH WAKE_LOW WDT WDT_RESET WEP WIDTH_10BIT WIDTH_11BIT WIDTH_12BIT
WIDTH_13BIT WIDTH_9BIT WITH_CLEANUP WIZNET5K WLAN WM8960 WPA_PSK XFER_FAILED XFER_STALLED XFER_SUCCESS
YIELD_FROM YIELD_VALUE ZLIB ZeroDivisionError a0 a1 a10 a11 a12 a13 a14 a15 a2 a2b_base64 a3 a4 a5 a6 a7 a8
a9 abs abs_ abs_tol accept accept_conn acos acosh acquire active add add_n add_peer addi addi_n addmi addr
addr4 addr6 addr_mode addressof addrsize addx2 addx4 addx8 adjust_voltage adjustable adv_data aes alarm
alarm_left alc_gain alc_mode alc_time align alive all alloc_emergency_exception_buf allocate_lock and_ andi
antenna any apa102_write append appendleft arg args argv array as_bytearray ascii asin asinh asm_rv32
asm_thumb asm_xtensa asr async_timeout_ms atan atan2 atanh atexit atten auipc auth authmode autoconf6 b
b2a_base64 ball bandwidth bany baudrate bbc bbci bbs bbsi bcc bccz beq beqz beqz_n bge bgeu bgez big bin
binascii bind bit_branch bitrate bits bitstream bitstream_channel bitstream_rmt bl blit block block_size blt
bltu bltz bluetooth bnall bne bnez bnez_n bnone board bond bool bootloader bound_method brightness bssid
btree buf buffer buffer_size buffering builtin_driver builtins busy bx bytearray bytearray_at bytecode
byteorder bytes bytes_at c_add c_addi c_addi4spn c_and c_andi c_beqz c_bnez c_ebreak c_j c_jal c_jalr c_jr
c_li c_lui c_lw c_lwsp c_mv c_nop c_or c_slli c_srai c_srli c_sub c_sw c_swsp c_xor cachesize cadata cafile
calcsize call call0 call_exception_handler callable callback callx0 cancel cancel_send cd ceil cell_voltage
center cert cert_reqs cfun change_daemon channel channel_id chdir check_bootsec check_fw checksum choice chr
cipher classmethod clear client_handshake client_id clip_line clk_in clk_out clock clock_div close closure
cls clz cm_mva01s cm_mvsa01 cm_pop cm_popret cm_popretz cm_push cmath cmd cmp co_code co_consts co_filename
co_firstlineno co_lines co_lnotab co_name co_names code collect collections commit compile complex config
config_data_format connect connectable const contrast control_xfer_cb conversion convert_temp copy copysign
core coro cos cosh count country cpsid cpsie cpu_pin_name cpu_table_size crc32 crc8 create_helpers
create_pins create_proxy create_task crs_dv cryptolib cs csi_available csi_disable csi_dropped csi_enable
csi_read csrrc csrrci csrrs csrrsi csrrw csrrwi cts cur_task current_task data datetime deadbeef decode
decompress decrypt deemphasis deepsleep default default_exception_handler definition deflate degrees deinit
del_peer delattr deleter deque desc_cfg desc_dev desc_strs dest detach dhcp dhcp4 dhcp6 dhcp_hostname
dht_readinto dict dict_view difference difference_update digest dir disable disable_irq disable_module
discard disconnect display_wifi div divmod divu dns do_handshake do_handshake_on_connect doc done dot
dot_no_clip dotstar_color_wheel drain drive dsync dump dumps dupterm dupterm_notify duty duty_ns duty_u16 e
ebreak ecall ecdsa_sign_callback ellipse enable enable_irq enable_macro enable_module encode encoding
encrypt end endswith entry enumerate env ep_max erase erase_key erf erfc errno errorcode esf_free_bufs esp
esp32 essid esync eval exc_info exception exec execfile executable exists exit exp expand_3d expm1
expression extend extra_coverage extra_cpp_coverage extw f_back f_code f_globals f_lasti f_lineno fabs
factorial falling fast_spi feed feed_wdt ffi fficallback ffifunc ffimod ffivar file fileno fill fill_rect
filter finalize find find_pin find_pin_by_cpu_pin_name firstbit flags flash_erase flash_id flash_read
flash_size flash_user_start flash_write float floor flow flush flush_rx flush_tx fmod format format_spec
frame framebuf free freemem freq frexp from_bytes fromhex fromkeys frozenset fs_corrupted fsync func
function fw_version gamma gap_advertise gap_connect gap_disconnect gap_name gap_pair gap_passkey gap_scan
gather gattc_discover_characteristics gattc_discover_descriptors gattc_discover_services gattc_exchange_mtu
gattc_read gattc_write gatts_indicate gatts_notify gatts_read gatts_register_services gatts_set_buffer
gatts_write gc generator get get_amb_light get_bat_voltage get_battery_charging get_battery_voltage get_blob
get_button get_button_status get_ciphers get_counters get_daemon_status get_event_loop get_exception_handler
get_extra_info get_i32 get_ident get_lcd get_line get_lora get_next_update get_oled get_peer get_peers
get_pixel get_pixel_color get_state_of_charge get_timings get_touch get_vbus_present getaddrinfo getattr
getcwd getenv getpass getpeercert getrandbits getsizeof getter getvalue globals gmtime go_deepsleep gp
gpio_deep_sleep_hold gpio_matrix_in gpio_matrix_out group groups gw4 hall_sensor handler hard has_autoconf6
has_dhcp4 hasattr hash hashlib hci_cmd heap_lock heap_locked heap_unlock heapify heappop heappush heapq help
hex hexlify hibernate hidden hline hold hostname humidity ibuf id idf_heap_info idf_task_info idle
idle_level ifconfig ifidx iflush ifname ignore ilistdir ill ill_n imag implementation imu_int_handler in_set
index index_name indices inet_ntop inet_pton inf info init init_card init_card_v1 init_card_v2 init_display
init_spi input input_choice input_pass insert int integer intern interpolations intersection
intersection_update interval_us invert io ioctl ipconfig ipoll irecv irq is_board_pin is_ready is_set
is_touched isalpha isclose isconnected isdigit isdisjoint isenabled isfinite isinf isinstance islower isnan
isspace issubclass issubset issuperset isupper isync items itemsize iter iterable iterator itf_max j jal
jalr jclass jmethod jni jobject join jpeg jpeg_data jpeg_start js jsffi json jx kbd_intr keepends key keys
l16si l16ui l2cap_connect l2cap_disconnect l2cap_listen l2cap_recvinto l2cap_send l32i l32i_n l32r l8ui la
label lb lbu ldexp ldo ldr ldrb ldrex ldrh le_secure led_blink led_set len length level lgamma lh lhu li
libc_ver lightsleep limit line line_no_clip list listdir listen little lmk load load_binary load_cert_chain
load_mlc load_verify_locations loads locals localtime location lock locked log log10 log2 logb lookahead
loop loop_count lower lsl lsr lstrip lui lw lwip mac machine main makefile malloc map
mark_app_valid_cancel_rollback marshal master match math max max_clients maxsize mck mcu_temperature md5 mdc
mdio measure mem mem16 mem32 mem8 mem_addrsize mem_alloc mem_backup mem_current mem_free mem_info mem_peak
mem_total memaddr meminfo memory memoryview memw micropython min minkeypage miso mitm mkdir mkfs mktime
mod_peer mode mode_high mode_low mode_pin modf modify module modules monitor mono mosi mount mov mov_n movi
movi_n movt movw movwt mrs mtime mtu mul mulh mulhsu mulhu mull mute mv name namedtuple nan native neg
network new new_event_loop new_service_callback newline next nina nodename nop nop_n nsa nsau num_symbols
object oct off offset oflush on onewire opaqueval opcode open open_connection open_itf_cb open_rx_pipe
open_tx_pipe openamp opt_level or_ ord ori os osdebug pack pack_into pagesize parity parse_board_file
parse_pin partition passive password path peek peektime peer_count peers_table pend_throw period ph_delete
ph_key ph_meld ph_pairing phase phases phy_addr phy_mode phy_type pi pin ping pins pixel platform pm polar
polarity poll poly poly_line pop popitem popleft pow power poweroff poweron prefer preview print
print_exception print_header print_named print_pcbs print_table print_tables processor progsize property
protocol ps1 ps2 psk_identity psk_key ptr ptr16 ptr32 ptr8 pull push put putenv pystack_use python_compiler
qstr_info queue_read queue_write quick_start r ra radians randint random randrange range rate
raw_temperature rb rbit re read read1 read_accel read_gyro read_mlc_output read_scratch read_temp read_timed
read_u16 read_uv readbit readblocks readbyte readchar readexactly readfrom readfrom_into readfrom_mem
readfrom_mem_into readinto readinto1 readline readlines readonly readsize real reconnects rect rect_interior
rect_interior_no_clip rect_no_clip rect_outline rect_outline_no_clip recv recv_into recvfrom recvinto ref
ref_clk ref_clk_mode reg_read reg_write reg_write_bytes register regs rel_tol release rem remote_wakeup
remove remu rename replace repr rer reset reset_cause reset_cb resolution_hz resp_data restart ret ret_n
return reverse reversed rfind rgb rgb_color_wheel rindex rising rmdir rom_ioctl rotate round route
rpartition rsplit rsr rssi rstrip rsync rts run run_forever run_until_complete rur rx rxbuf rxd0 rxd1 s0 s1
s10 s11 s16i s2 s3 s32i s32i_n s4 s5 s6 s7 s8 s8i s9 sample_point save_to_flash sb scan schedule sck scl
screen_dump screen_load scroll sd sda sdiv sdtest search security seed seek select select_rom self send
send_done send_ethernet send_start sendall sendbreak sendto sep separators seq server_handshake
server_hostname server_psk_keys server_side set set_blob set_boot set_brightness set_buf set_button_callback
set_channel set_ciphers set_crc set_data_route set_embedded_functions set_error set_exception_handler
set_filters set_font set_i2c_addr set_i32 set_internal_pll_config set_is_board_pin set_ldo2_power set_led
set_left_input set_master_clock set_mem_bank set_module set_native_code_location set_orient set_pen
set_pixel set_pixel_color set_pixel_matrix_power set_pixel_power set_pixels_color set_pmk set_pos set_power
set_power_speed set_protocol set_right_input set_scroll set_scroll_buf set_scroll_win set_scroll_win_param
set_speaker_clock set_spi_win set_startup_deco set_text_color set_uart_baudrate set_wakeup_period setattr
setblocking setdefault setraw setsockopt setter settime settimeout settrace setup setup_conn sh sh1add
sh2add sh3add sha1 sha256 shift show show_adc show_framebuf shutdown signed sin single sinh sizeof sjw slave
sleep sleep_ms sleep_type sleep_us slice slip sll slli slot slt slti sltiu sltu sockaddr socket soft_reset
sort sorted source_freq sp span spi split splitlines sqrt sra srai src srl srli ssa8b ssa8l ssai ssid ssl
ssr stack_size stack_use stall start start_foreground start_listening start_new_thread start_server
startswith stat state state_of_charge staticmethod stations stats status statvfs stderr stdin stdout step
stest_fileio stest_textio2 stop stop_listening str str_max strb stream stream_awrite strex strh string
strings strip struct sub submit_xfer subtype subx2 subx4 subx8 sum super sw symmetric_difference
symmetric_difference_update sync sys sysname system t0 t1 t2 t3 t4 t5 t6 tan tanh target tau tcgetattr
tcsetattr tell temperature templatelib termios test test_all test_features test_mandel text threshold
threshold0 threshold1 throw tick_hz ticks_add ticks_cpu ticks_diff ticks_ms ticks_us time time_ns
time_pulse_us timeout timeout_char timeout_ms tls to_bytes to_js toggle toggle_led touch_config tp trace
tracebacklimit trigger trunc tseg1 tseg2 tuple tx tx_carrier tx_en txbuf txd0 txd1 txdone txpower type
uarray ubinascii ubluetooth ucollections ucryptolib uctypes udiv uerrno uhashlib uheapq uint uio ujson
umachine umount uname undefined unhexlify uniform union unique_id unlink unpack unpack_from unregister
unsafe unsetenv uos update uplatform upper urandom ure uselect user username usocket ussl ustruct usys utf8
utime utimeq uwebsocket uzlib validate_cpu_pin_name value values var vcmp vcvt_f32_s32 vcvt_s32_f32
verify_callback verify_mode version version_info vfs viper vldr vline vmov vmrs vneg voltage_mv volume vsqrt
vstr wait wait_closed wait_done wait_for wait_for_ms wait_io_event wake wake_on_ext0 wake_on_ext1
wake_on_gpio wake_on_touch wake_on_ulp wake_pins wake_reason wb weakref websocket wer wfi width wifi wp
wrap_socket write write1 write_cmd write_data write_pulses write_readinto write_scratch write_token writebit
writeblocks writebyte writechar writeto writeto_mem writevto ws wsr wur x0 x1 x10 x11 x12 x13 x14 x15 x16
x17 x18 x19 x2 x20 x21 x22 x23 x24 x25 x26 x27 x28 x29 x3 x30 x31 x4 x5 x6 x7 x8 x9 xfer_cb xor xori xsr xxx
xxxx zero zip
`;

export const FOREIGN: ReadonlySet<string> = new Set(NAMES.trim().split(/\s+/));
