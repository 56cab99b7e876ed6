/** All benchmarks, in the order in which they run. */
import { blobs } from './blobs.js';
import { build } from './build.js';
import type { Bench } from './figure.js';
import { heads } from './heads.js';
import { heap } from './heap.js';
import { herd } from './herd.js';
import { plug } from './plug.js';
import { siege } from './siege.js';
import { size } from './size.js';
import { wire } from './wire.js';

export const BENCHES: readonly Bench[] = [size, build, heads, blobs, herd, siege, wire, heap, plug];
