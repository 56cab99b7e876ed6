/** The modules `network` and `socket` of a board: radio, name server, sockets, poll. */

import { done, type Functions, type HwContext } from './hw-context.js';
import type { EmFs } from './micropython.js';
import { Polls } from './polls.js';
import type { Socket, Sockets } from './sockets.js';

/** A device number that Emscripten does not use. */
const DEVICE = 80;
const READ_WRITE = 2;
/** The port of the plug's page: when it listens, the plug is up. */
const HTTP = 80;

/** The name server: a look-up blocks, as on a board. */
export function lookupFunctions({ loop, radio, data }: HwContext): Functions {
  const answers = new Map<number, string>();
  loop.on('dns', ({ id, ip }) => answers.set(id, ip));
  let next = 0;
  const lookup = (host: string): string => {
    if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return host;
    if (!radio.reachable()) return '';
    const id = next++;
    const delay = data.faults.dnsDelay ?? 0;
    const slow = loop.clock.driven ? loop.clock.now() + delay : 0;
    loop.busyUntil = performance.now() + 5000;
    loop.post({ t: 'lookup', id, host, delay: loop.clock.driven ? 0 : delay });
    loop.wait(() => answers.has(id), Number.POSITIVE_INFINITY);
    loop.busyUntil = 0;
    loop.wait(() => false, slow);
    return answers.get(id) ?? '';
  };
  return { lookup };
}

export function radioFunctions({ loop, radio }: HwContext): Functions {
  return {
    wifi_active: (which: number, on: number) => radio.active(which, on),
    wifi_connect: (ssid: string, key: string) => radio.connect(ssid, key),
    wifi_access: (ssid: string, password: string) => done(radio.accessPoint(ssid, password)),
    wifi_seen: () => radio.seen(),
    wifi_disconnect: () => done(radio.disconnect()),
    wifi_scan: () => radio.scan(),
    wifi_ssid: () => radio.ssid,
    wifi_hostname: () => radio.hostname,
    wifi_set_hostname: (name: string) => {
      radio.hostname = name;
      return 0;
    },
    wifi_ip: (which: number) => radio.ip(which),
    wifi_status: () => {
      loop.runPending();
      return radio.status();
    },
  };
}

export function socketFunctions({ loop, sockets, fs, listens }: HwContext): Functions {
  const device = (id: number): number => {
    if (id > 0) fs.mkdev(`/dev/s${id}`, 0o666, fs.makedev(DEVICE, 1));
    return id;
  };
  const close = (id: number): number => {
    if (sockets.get(id) !== undefined) fs.unlink(`/dev/s${id}`);
    return sockets.close(id);
  };
  return {
    socket: (kind: number) => device(sockets.open(kind === 2 ? 'udp' : 'tcp')),
    connect: (id: number, ip: string, port: number) => sockets.connect(id, ip, port),
    bind: (id: number, _ip: string, port: number) => sockets.bind(id, port),
    listen: (id: number) => {
      if (sockets.get(id)?.port === HTTP) listens();
      return sockets.listen(id);
    },
    accept: (id: number) => device(sockets.accept(id)),
    peer_ip: (id: number) => sockets.get(id)?.ip ?? '',
    peer_port: (id: number) => sockets.get(id)?.port ?? 0,
    wait_read: (id: number, n: number) => sockets.waitRead(id, n),
    wait_line: (id: number) => sockets.waitLine(id),
    wait_write: (id: number) => sockets.waitWrite(id),
    once: (id: number) => sockets.once(id),
    target: (id: number, ip: string, port: number) => sockets.target(id, ip, port),
    set_timeout: (id: number, ms: number) => sockets.setTimeout(id, ms),
    shut: close,
    file: (id: number) => fs.open(`/dev/s${id}`, READ_WRITE).fd,
    ...pollFunctions(new Polls(loop, sockets)),
  };
}

function pollFunctions(polls: Polls): Functions {
  return {
    poll_new: () => polls.create(),
    poll_set: (poll: number, id: number, events: number) => done(polls.set(poll, id, events)),
    poll_drop: (poll: number, id: number) => done(polls.drop(poll, id)),
    poll_wait: (poll: number, ms: number) => polls.wait(poll, ms),
    poll_id: (poll: number, index: number) => polls.hit(poll, index).id,
    poll_events: (poll: number, index: number) => polls.hit(poll, index).events,
  };
}

/** `/dev/s<id>` is the socket with that id; waiting was done before, so that Python never runs inside a read. */
export function socketDevice(fs: EmFs, sockets: Sockets): void {
  const of = (path: string): Socket | undefined => sockets.get(Number(path.slice('/dev/s'.length)));
  fs.registerDevice(fs.makedev(DEVICE, 1), {
    open: (stream) => {
      stream.seekable = false;
    },
    close: () => undefined,
    read: (stream, buffer, offset, length) => {
      const socket = of(stream.path);
      return socket === undefined ? 0 : sockets.read(socket, buffer.subarray(offset, offset + length));
    },
    write: (stream, buffer, offset, length) => {
      const socket = of(stream.path);
      return socket === undefined ? 0 : sockets.write(socket, buffer.subarray(offset, offset + length));
    },
  });
}
