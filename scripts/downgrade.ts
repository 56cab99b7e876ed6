#!/usr/bin/env node
/** npm run downgrade: back to a lower release number. */
import { runDowngrade } from '../server/cli/build-command.js';

await runDowngrade();
