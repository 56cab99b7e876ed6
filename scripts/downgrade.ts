#!/usr/bin/env node
/** npm run downgrade: back to a lower release number. */
import { runDowngrade } from '../server/build-command.js';

await runDowngrade();
