/** All that `npm run fuzz` can fuzz. */

import { device } from '../fuzz/device.js';
import { routes } from './fuzz-routes.js';
import { wire } from './fuzz-wire.js';
import type { Fuzzer } from './fuzzer.js';

export const FUZZERS: readonly Fuzzer[] = [routes, wire, device];
