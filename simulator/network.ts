/**
 * The real sockets of one board. Everything stays on the loopback network 127.0.0.0/8, except for hosts that the user has named:
 * a board under test must not talk to strangers.
 */
import { createSocket, type Socket as Udp } from 'node:dgram';
import { lookup } from 'node:dns';
import { createServer, type Server, Socket as Tcp } from 'node:net';
import { errnoOf, portOf } from './lwip.js';
import { type FromBoard, type ToBoard, WINDOW } from './messages.js';

export interface NetworkOptions {
  /** Addresses outside 127.0.0.0/8 that may be talked to: those of the user's URL. */
  readonly allow: readonly string[];
  /** Names that are not looked up. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Ports that are other ones on this machine, for outgoing traffic: {123: 41230}. */
  readonly ports: Readonly<Record<number, number>>;
}

export interface Traffic {
  connects: number;
  txBytes: number;
  rxBytes: number;
}

type From<T extends FromBoard['t']> = Extract<FromBoard, { t: T }>;

interface Connection {
  readonly tcp: Tcp;
  /** Bytes on the board that its program has not read. */
  held: number;
}

/** The board's own network is the loopback one: what it sends to everybody goes to everybody there. */
const OWN_NETWORK = '127.255.255.255';
/** Ids of accepted connections begin here; the board numbers its own sockets from 1. */
const ACCEPTED = 100_000;

export class Network {
  readonly traffic: Traffic = { connects: 0, txBytes: 0, rxBytes: 0 };
  readonly #tcp = new Map<number, Connection>();
  readonly #leaving = new Set<Tcp>();
  readonly #udp = new Map<number, Udp>();
  readonly #servers = new Map<number, Server>();
  readonly #named = new Set<string>();
  #accepted = ACCEPTED;

  constructor(
    readonly options: NetworkOptions,
    readonly post: (message: ToBoard) => void,
    readonly listening: (port: number, real: number, ms: number) => void,
    readonly refused: (ip: string) => void,
  ) {}

  /** True when the message was one for the network. */
  take(message: FromBoard): boolean {
    const call = CALLS[message.t];
    if (call !== undefined) (call as (network: Network, message: FromBoard) => void)(this, message);
    return call !== undefined;
  }

  lookup({ id, host, delay }: From<'lookup'>): void {
    const answer = (ip: string): void => {
      if (this.options.allow.includes(host)) this.#named.add(ip);
      setTimeout(() => this.post({ t: 'dns', id, ip }), delay);
    };
    const known = this.options.hosts[host];
    if (known !== undefined) answer(known);
    else if (host.includes('\0')) answer('');
    else lookup(host, { family: 4 }, (error, address) => answer(error ? '' : address));
  }

  connect({ id, ip, port }: From<'connect'>): void {
    if (!this.#allowed(ip)) {
      this.post({ t: 'failed', id, errno: 113 });
      return;
    }
    const tcp = new Tcp();
    this.#tcp.set(id, { tcp, held: 0 });
    this.traffic.connects++;
    this.#follow(id, tcp);
    tcp.connect(this.#port(port), ip, () => this.post({ t: 'connected', id }));
  }

  send({ id, bytes }: From<'send'>): void {
    const connection = this.#tcp.get(id);
    if (connection === undefined) return;
    this.traffic.txBytes += bytes.length;
    connection.tcp.write(bytes, () => this.post({ t: 'sent', id, bytes: bytes.length }));
  }

  eaten({ id, bytes }: From<'eaten'>): void {
    const connection = this.#tcp.get(id);
    if (connection === undefined) return;
    connection.held -= bytes;
    if (connection.held < WINDOW) connection.tcp.resume();
  }

  /** A port of the board is a free one of 127.0.0.1. */
  listen({ id, port, ms }: From<'listen'>): void {
    const server = createServer({ noDelay: true }, (tcp) => this.#accept(id, tcp));
    this.#servers.set(id, server);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address !== null && typeof address === 'object') this.listening(port, address.port, ms);
    });
  }

  bind({ id, port }: From<'bind'>): void {
    const udp = this.#datagrams(id);
    udp.once('listening', () => this.listening(port, udp.address().port, 0));
  }

  sendto({ id, bytes, ip, port }: From<'sendto'>): void {
    const to = ip === '255.255.255.255' ? OWN_NETWORK : ip;
    if (!this.#allowed(to) || this.#port(port) === 0) this.post({ t: 'lost' });
    else this.#datagrams(id).send(bytes, this.#port(port), to);
  }

  close({ id }: From<'close'>): void {
    const tcp = this.#tcp.get(id)?.tcp;
    if (tcp !== undefined) this.#leave(tcp);
    this.#udp.get(id)?.close();
    this.#servers.get(id)?.close();
    this.#tcp.delete(id);
    this.#udp.delete(id);
    this.#servers.delete(id);
  }

  /** The other side may keep the connection for ever: then it ends with the board. */
  #leave(tcp: Tcp): void {
    this.#leaving.add(tcp);
    tcp.once('close', () => this.#leaving.delete(tcp));
    tcp.end();
  }

  /** What a power cut or a reset does to the other sides: nothing is said, the connections are gone. */
  drop(): void {
    for (const { tcp } of this.#tcp.values()) tcp.destroy();
    for (const id of [...this.#udp.keys(), ...this.#servers.keys()]) this.close({ t: 'close', id });
    this.#tcp.clear();
    for (const tcp of this.#leaving) tcp.destroy();
  }

  #accept(id: number, tcp: Tcp): void {
    const child = this.#accepted++;
    this.#tcp.set(child, { tcp, held: 0 });
    this.#follow(child, tcp);
    this.post({ t: 'accepted', id, child, ip: tcp.remoteAddress ?? '127.0.0.1', port: tcp.remotePort ?? 0 });
  }

  #follow(id: number, tcp: Tcp): void {
    tcp.setNoDelay(true);
    tcp.on('data', (bytes) => {
      const connection = this.#tcp.get(id);
      if (connection === undefined) return;
      this.traffic.rxBytes += bytes.length;
      connection.held += bytes.length;
      if (connection.held >= WINDOW) tcp.pause();
      this.post({ t: 'data', id, bytes });
    });
    tcp.on('end', () => this.post({ t: 'end', id }));
    tcp.on('error', (error: NodeJS.ErrnoException) => {
      this.post({ t: 'failed', id, errno: errnoOf(error) });
    });
  }

  #datagrams(id: number): Udp {
    const known = this.#udp.get(id);
    if (known !== undefined) return known;
    const udp = createSocket('udp4');
    this.#udp.set(id, udp);
    udp.on('message', (bytes, { address, port }) =>
      this.post({ t: 'datagram', id, bytes, ip: address, port }),
    );
    udp.on('error', () => undefined);
    udp.bind(0, '127.0.0.1', () => udp.setBroadcast(true));
    return udp;
  }

  #port(port: number): number {
    return this.options.ports[port] ?? portOf(port);
  }

  #allowed(ip: string): boolean {
    if (ip.startsWith('127.') || this.options.allow.includes(ip) || this.#named.has(ip)) return true;
    this.refused(ip);
    return false;
  }
}

const CALLS: { readonly [T in FromBoard['t']]?: (network: Network, message: From<T>) => void } = {
  socket: () => undefined,
  lookup: (network, message) => network.lookup(message),
  connect: (network, message) => network.connect(message),
  listen: (network, message) => network.listen(message),
  bind: (network, message) => network.bind(message),
  send: (network, message) => network.send(message),
  sendto: (network, message) => network.sendto(message),
  eaten: (network, message) => network.eaten(message),
  close: (network, message) => network.close(message),
};
